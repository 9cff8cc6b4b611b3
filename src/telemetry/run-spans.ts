import type { RunEvent } from '../domain/events.ts';
import { workOf } from '../domain/run.ts';
import type { RecordedRun } from './ports.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span as it is recorded, before it has ids. Times are ISO 8601. */
export interface SpanRecord {
  /** Names within the run; none: the run itself, which is the parent of all others. */
  readonly path: readonly string[];
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: string; readonly attributes: Attributes }[];
  readonly error?: { readonly type: string; readonly message: string };
}

type StepEvent = Extract<RunEvent, { step: string }>;
/** Of a run, or of what came to nothing. */
interface End {
  readonly at: string;
  readonly status: Extract<RunEvent, { type: 'run_completed' }>['status'] | 'abandoned';
}

/**
 * The spans of a run that has ended: itself, every step of which something was told, and every deletion, each once. They are made of
 * what was recorded, so it does not matter which processes drove the run, nor how often its orchestration was replayed. All of
 * their texts were masked when they were recorded.
 */
export function spansOfRun({ request, events, abandonedAt }: RecordedRun): readonly SpanRecord[] {
  const end = events.find((event) => event.type === 'run_completed') ?? abandoned(abandonedAt);
  if (!end) return [];
  const about = { 'draftgenie.environment': request.environment, 'draftgenie.run.id': request.runId };
  return [runSpan(request, events, end, about), ...stepSpans(events, about), ...removalSpans(events, end, about)];
}

function runSpan(
  request: RecordedRun['request'],
  events: readonly RunEvent[],
  end: End,
  about: Attributes,
): SpanRecord {
  const failed = events.find((event) => event.type === 'step_failed');
  return {
    path: [],
    name: `run ${workOf(request.options)}`,
    startedAt: request.requestedAt,
    endedAt: end.at,
    attributes: {
      ...about,
      'draftgenie.run.work': workOf(request.options),
      'draftgenie.run.trigger': request.trigger,
      'draftgenie.run.outcome': end.status,
      'draftgenie.run.steps.executed': stepsWith(events, 'step_completed'),
      'draftgenie.run.steps.skipped': stepsWith(events, 'step_skipped'),
      'draftgenie.run.steps.failed': stepsWith(events, 'step_failed'),
    },
    events: events.flatMap((event) => runEvents(event)),
    ...(end.status === 'failed' && {
      error: { type: failed?.code ?? 'run_failed', message: failed?.message ?? 'the run failed' },
    }),
  };
}

function abandoned(at: string | undefined): End | undefined {
  return at === undefined ? undefined : { at, status: 'abandoned' };
}

function stepsWith(events: readonly RunEvent[], type: 'step_completed' | 'step_skipped' | 'step_failed'): number {
  return new Set(events.flatMap((event) => (event.type === type ? [event.step] : []))).size;
}

/** What a run waits for, and for whom. */
function runEvents(event: RunEvent): SpanRecord['events'] {
  const told = (name: string, attributes: Attributes = {}) => [{ name, at: event.at, attributes }];
  switch (event.type) {
    case 'run_queued':
      return told('queued', { 'draftgenie.queue.place': event.place });
    case 'approval_requested':
      return told('approval requested');
    case 'approval_decided':
      return told('approval decided', { 'draftgenie.approval.decision': event.decision });
    case 'cancel_requested':
      return told('cancel requested');
    case 'dump_completed':
      return told('dump completed');
    default:
      return [];
  }
}

function stepSpans(events: readonly RunEvent[], about: Attributes): readonly SpanRecord[] {
  const ofSteps = events.flatMap((event) => ('step' in event && event.step !== undefined ? [event as StepEvent] : []));
  return [...Map.groupBy(ofSteps, ({ step }) => step)].map(([step, told]) => stepSpan(step, told, about));
}

const OUTCOMES = { step_completed: 'completed', step_failed: 'failed', step_skipped: 'skipped' } as const;

function stepSpan(step: string, told: readonly StepEvent[], about: Attributes): SpanRecord {
  const first = told[0];
  const end = told.findLast((event) => event.type in OUTCOMES) ?? told.at(-1);
  const started = told.find((event) => event.type === 'step_started');
  const attempts: Attributes = end && 'attempts' in end ? { 'draftgenie.step.attempts': end.attempts } : {};
  const reason = started ?? (end?.type === 'step_skipped' ? end : undefined);
  return {
    path: [step],
    name: `step ${step}`,
    startedAt: first?.at ?? '',
    endedAt: end?.at ?? '',
    attributes: {
      ...about,
      'draftgenie.step.name': step,
      'draftgenie.step.outcome': end && end.type in OUTCOMES ? OUTCOMES[end.type as keyof typeof OUTCOMES] : 'stopped',
      'draftgenie.step.early_looks': told.filter(isWait).length,
      ...(end?.type === 'step_completed' &&
        end.lateInSeconds !== undefined && { 'draftgenie.step.lateness': end.lateInSeconds }),
      ...attempts,
      ...(reason && { 'draftgenie.step.reason': reason.reason }),
    },
    events: told.flatMap((event) => stepEvents(event)),
    ...(end?.type === 'step_failed' && { error: { type: end.code, message: end.message } }),
  };
}

function isWait(event: StepEvent): boolean {
  return event.type === 'step_progress' && event.waitingInSeconds !== undefined;
}

function stepEvents(event: StepEvent): SpanRecord['events'] {
  if (event.type !== 'step_progress') return [];
  const { at, message, waitingInSeconds } = event;
  const waits = waitingInSeconds !== undefined;
  return [
    {
      name: waits ? 'wait' : 'progress',
      at,
      attributes: { 'draftgenie.message': message, ...(waits && { 'draftgenie.wait.seconds': waitingInSeconds }) },
    },
  ];
}

function removalSpans(events: readonly RunEvent[], end: End, about: Attributes): readonly SpanRecord[] {
  const started = events.filter((event) => event.type === 'removal_started');
  return [...Map.groupBy(started, ({ key }) => key)].flatMap(([key, [first]]) => {
    if (!first) return [];
    const ended = events.findLast(
      (event) => (event.type === 'removal_completed' || event.type === 'removal_failed') && event.key === key,
    );
    return [
      {
        path: ['removal', key],
        name: 'removal',
        startedAt: first.at,
        endedAt: (ended ?? end).at,
        attributes: { ...about, 'draftgenie.resource.key': key },
        events: [],
        ...(ended?.type === 'removal_failed' && { error: { type: ended.code, message: ended.message } }),
      },
    ];
  });
}
