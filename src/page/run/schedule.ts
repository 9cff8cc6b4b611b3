import type { Answers } from '../http/client.ts';

type Run = Answers['Run'];
type Step = Run['steps'][number];

/** Where a step stands in time, from the beginning of the first one. */
export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: 'done' | 'failed' | 'running' | 'expected';
}

export interface Schedule {
  readonly bars: ReadonlyMap<string, Bar>;
  readonly totalInMs: number;
}

/**
 * Steps that began are where they were; of a run under way the others follow what they wait for, for as long as the plan expects, or
 * else for as long as they take as a rule. A step that the plan does not run has no bar.
 */
export function schedule(run: Pick<Run, 'steps' | 'finishedAt' | 'plan'>, now: number): Schedule {
  const begun = run.steps.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  const origin = begun.length > 0 ? Math.min(...begun) : now;
  const skipped = new Set(run.plan?.steps.flatMap(({ step, action }) => (action === 'skip' ? [step] : [])));
  const estimates = new Map(run.plan?.criticalPath.map(({ step, estimatedSeconds }) => [step, estimatedSeconds]));
  const bars = new Map<string, Bar>();
  const ends = new Map<string, number>();
  for (const step of inOrder(run.steps)) {
    const expected = 1000 * (estimates.get(step.step) ?? step.typicalInSeconds);
    const earliest = Math.max(0, ...step.after.map((before) => ends.get(before) ?? 0));
    const isAhead = run.finishedAt === null && step.status === 'pending' && !skipped.has(step.step);
    if (step.startedAt !== null) {
      const bar = barOf(step, origin, now);
      bars.set(step.step, bar);
      ends.set(step.step, bar.kind === 'running' ? Math.max(bar.toMs, bar.fromMs + expected) : bar.toMs);
    } else if (isAhead) {
      const fromMs = Math.max(earliest, now - origin);
      bars.set(step.step, { fromMs, toMs: fromMs + expected, kind: 'expected' });
      ends.set(step.step, fromMs + expected);
    } else {
      ends.set(step.step, earliest);
    }
  }
  return { bars, totalInMs: Math.max(0, ...ends.values()) };
}

/** None before what it waits for. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const byName = new Map<string, Step>(steps.map((step) => [step.step, step]));
  const found = new Set<Step>();
  const visit = (step: Step): void => {
    if (found.has(step)) return;
    for (const before of step.after) {
      const one = byName.get(before);
      if (one) visit(one);
    }
    found.add(step);
  };
  for (const step of steps) visit(step);
  return [...found];
}

function barOf({ startedAt, finishedAt, durationInMs, status }: Step, origin: number, now: number): Bar {
  const started = Date.parse(startedAt ?? '');
  const fromMs = started - origin;
  if (status === 'running') return { fromMs, toMs: Math.max(fromMs, now - origin), kind: 'running' };
  const ended = finishedAt === null ? started + (durationInMs ?? 0) : Date.parse(finishedAt);
  return { fromMs, toMs: Math.max(fromMs, ended - origin), kind: status === 'failed' ? 'failed' : 'done' };
}
