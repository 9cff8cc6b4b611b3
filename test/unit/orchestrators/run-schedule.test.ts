import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../../src/domain/function-names.ts';
import type { RunOutcome } from '../../../src/domain/run.ts';
import { compileSchedule, type Schedule } from '../../../src/domain/schedule.ts';
import { STEPS, type StepName } from '../../../src/domain/steps.ts';
import { runSchedule } from '../../../src/orchestrators/run-schedule.ts';
import { drive, type FakeTask } from '../../helpers/engine/orchestration.ts';

/** Walks the whole schedule, sub-orchestrations included, and answers which steps were started. */
function walk(outcomeOf: (step: StepName) => RunOutcome | 'behind'): {
  outcome: unknown;
  started: readonly StepName[];
} {
  const started: StepName[] = [];
  const answer = (task: FakeTask): unknown => {
    if (task.kind === 'all') return task.tasks.map(answer);
    if (task.kind !== 'orchestration') throw new Error(`did not expect ${task.kind}`);
    const input = task.input as { step?: StepName };
    if (input.step === undefined) return drive(runSchedule, task.input, answer).result;
    started.push(input.step);
    return outcomeOf(input.step);
  };
  const { result } = drive(runSchedule, { environment: 'default', runId: 'default-1', path: [] }, answer);
  return { outcome: result, started };
}

function allBefore(step: StepName): ReadonlySet<StepName> {
  const found = new Set<StepName>();
  const add = (name: StepName): void => {
    for (const other of STEPS.find((one) => one.name === name)?.dependsOn ?? []) {
      found.add(other);
      add(other);
    }
  };
  add(step);
  return found;
}

describe('the walk over the schedule', () => {
  it('starts every step once, after all that it depends on', () => {
    const { outcome, started } = walk(() => 'succeeded');
    expect(outcome).toBe('succeeded');
    expect([...started].sort()).toEqual(STEPS.map(({ name }) => name).sort());
    for (const [index, step] of started.entries()) {
      for (const earlier of allBefore(step)) expect(started.indexOf(earlier)).toBeLessThan(index);
    }
  });

  it.each(STEPS.map(({ name }) => name))('starts nothing that depends on %s when it fails', (broken) => {
    const { outcome, started } = walk((step) => (step === broken ? 'failed' : 'succeeded'));
    expect(outcome).toBe('failed');
    for (const step of started) expect([...allBefore(step)], step).not.toContain(broken);
  });

  it('calls a run failed when one part failed and another was stopped', () => {
    const parallel = findParallel(compileSchedule(STEPS));
    const [first, second] = parallel;
    const { outcome } = walk((step) => (step === first ? 'stopped' : step === second ? 'failed' : 'succeeded'));
    expect(outcome).toBe('failed');
  });

  it('tells each step which were done before it, and not which were skipped', () => {
    const known = new Map<StepName, readonly StepName[]>();
    const answer = (task: FakeTask): unknown => {
      if (task.kind === 'all') return task.tasks.map(answer);
      if (task.kind !== 'orchestration') throw new Error(`did not expect ${task.kind}`);
      const input = task.input as StepInput;
      if (input.step === undefined) return drive(runSchedule, task.input, answer).result;
      expect(input).toMatchObject({ callNumber: 200_001, known: { lock: { fence: 3 } } });
      known.set(input.step, input.known?.done ?? []);
      return input.step === 'create_monitoring' ? 'skipped' : 'completed';
    };
    const lock = { fence: 3, acquiredAt: 't' };
    const input = { environment: 'default', runId: 'default-1', path: [], walk: 2, known: { lock, done: [] } };
    const { result } = drive(runSchedule, input, answer);
    const all = STEPS.map(({ name }) => name).filter((name) => name !== 'create_monitoring');
    expect(result).toEqual({ outcome: 'succeeded', done: expect.arrayContaining(all) });
    for (const [step, done] of known) {
      const before = [...allBefore(step)].filter((name) => name !== 'create_monitoring');
      expect(done, step).toEqual(expect.arrayContaining(before));
      expect(done, step).not.toContain('create_monitoring');
    }
  });

  it('that meets a state which has lost what was done is behind, unless a part of it failed', () => {
    expect(walk((step) => (step === 'create_databases' ? 'behind' : 'succeeded')).outcome).toBe('behind');
    const parallel = findParallel(compileSchedule(STEPS));
    const [first, second] = parallel;
    const { outcome } = walk((step) => (step === first ? 'behind' : step === second ? 'failed' : 'succeeded'));
    expect(outcome).toBe('failed');
  });

  it('calls a run stopped when a part was stopped and none failed', () => {
    expect(walk((step) => (step === 'create_monitoring' ? 'stopped' : 'succeeded')).outcome).toBe('stopped');
  });
});

/** Two steps that stand beside each other. */
function findParallel(node: Schedule): readonly StepName[] {
  if (node.kind === 'step') return [];
  const steps = node.parts.flatMap((part) => (part.kind === 'step' ? [part.step] : []));
  if (node.kind === 'parallel' && steps.length > 1) return steps;
  return node.parts.map(findParallel).find((found) => found.length > 1) ?? [];
}
