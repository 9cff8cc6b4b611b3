import type { EndedCheck } from '../domain/drift-check/drift-check.ts';
import { hasLooked, withSchedule } from '../domain/drift-check/drift-check.ts';
import type { RunEvent } from '../domain/events.ts';
import { recordedAddresses } from '../domain/outputs.ts';
import { type RunSummary, workOf } from '../domain/run.ts';
import { type EndedRun, hasEnded, runCompleted } from '../domain/runs/run-end.ts';
import { isRepair } from '../domain/runs/run-options.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS, type StepName } from '../domain/steps.ts';
import { createEventRecorder } from '../engine/event-recorder.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import type { Services } from '../engine/services.ts';
import { withoutRun } from '../state/lock.ts';
import { planningFailure } from './planning-failure.ts';

export const STATUS = { succeeded: 'succeeded', rejected: 'rejected', stopped: 'cancelled', failed: 'failed' } as const;

export const LOST = {
  code: 'activity_lost',
  message: 'the activity ended without an answer (its host stopped it, or it ran into its time limit)',
  hint: 'Run again: what was finished stays finished.',
};

/** What there is to say of a run at its end. */
interface Told {
  readonly told: readonly RunEvent[];
  readonly memory: StepMemory;
  readonly state: EnvironmentState;
  readonly now: Date;
  /** Of a check for drift. */
  readonly check?: EndedCheck | undefined;
}

export function summaryOf(
  { request }: Pick<LoadedRun, 'request'>,
  status: EndedRun['status'],
  { told, memory, state, now, check }: Told,
): EndedRun {
  return {
    runId: request.runId,
    environment: request.environment,
    status,
    startedAt: request.requestedAt,
    finishedAt: now.toISOString(),
    ...summarize(told),
    ...(request.options.destroy && { deleted: told.filter(({ type }) => type === 'removal_completed').length }),
    ...(request.options.destroy?.dumpTo !== undefined && { dumps: dumpsOf(told) }),
    ...(check && hasLooked(check) && { drifted: check.found?.differing ?? 0 }),
    durationInMs: Math.max(0, now.getTime() - Date.parse(request.requestedAt)),
    error: errorOf(told, memory) ?? (status === 'failed' ? LOST : null),
    addresses: recordedAddresses(state),
    ...(state.expires && { expires: state.expires.at }),
    requestedBy: request.requestedBy,
    work: workOf(request.options),
  };
}

/**
 * Writes the summary of a run whose end was told, where it says nothing of that: the storage has lost it, or whoever ended the run from
 * without was killed in between.
 */
export async function restoreSummary({ request, stores }: LoadedRun, about: Omit<Told, 'now'>): Promise<void> {
  const { runs } = stores;
  const summary = await runs.summary(request.runId);
  const end = about.told.find(({ type }) => type === 'run_completed');
  if (end?.type !== 'run_completed' || (summary && hasEnded(summary))) return;
  await runs.writeSummary(summaryOf({ request }, end.status, { ...about, now: new Date(end.at) }));
}

/** Whether the state that a run leaves is kept as a release. */
export function isKept({ request: { options } }: Pick<LoadedRun, 'request'>, status: EndedRun['status']): boolean {
  return status === 'succeeded' && !options.dryRun && !options.destroy;
}

/** The document that a run leaves, whose lock goes with it. */
export function released(
  current: EnvironmentState,
  { request, config }: Pick<LoadedRun, 'request' | 'config'>,
  { runId, status, finishedAt }: EndedRun,
  now: Date,
): EnvironmentState {
  const without = withoutRun(current, runId);
  if (current.lock?.runId !== runId) return without;
  const last = { run_id: runId, status, finished_at: finishedAt, serial: current.serial + 1 };
  const ended = { ...without, last_run: last };
  return isKept({ request }, status)
    ? withSchedule(ended, config.drift, { now, isRepair: isRepair(request.options) })
    : ended;
}

/** Who reads it finds the summary written and the lock free. */
export async function tellCompleted(services: Services, summary: EndedRun): Promise<void> {
  const closing = createEventRecorder(services, summary, 'run/close');
  closing.add(runCompleted(summary), 'completed');
  await closing.flush();
}

function summarize(events: readonly RunEvent[]): Pick<RunSummary, 'executed' | 'skipped' | 'failed'> {
  const named = (type: RunEvent['type']): StepName[] => {
    const found = new Set(
      events.flatMap((event) => (event.type === type && 'step' in event && event.step ? [event.step] : [])),
    );
    return STEPS.flatMap(({ name }) => (found.has(name) ? [name] : []));
  };
  return { executed: named('step_completed'), skipped: named('step_skipped'), failed: named('step_failed') };
}

function dumpsOf(events: readonly RunEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.type === 'dump_completed' ? event.addresses : [])))];
}

function errorOf(events: readonly RunEvent[], memory: StepMemory): RunSummary['error'] {
  const failed = events.find((event) => event.type === 'step_failed');
  if (failed?.type === 'step_failed') {
    const { step, code, message, hint, correlationId } = failed;
    return { step, code, message, ...(hint && { hint }), ...(correlationId && { correlationId }) };
  }
  return memory.read(planningFailure) ?? null;
}
