import type { RunRequest } from '../domain/run.ts';
import type { EnvironmentState, Lock } from '../domain/state.ts';
import { LIMITS } from '../shared/limits.ts';
import { acquireLock, acquireLockOrPlace, type LockRequest } from '../state/lock.ts';
import { newestChange } from '../state/newest-change.ts';
import type { EnvironmentStores, RunStore, StateStore, Versioned } from '../state/ports.ts';
import { StateConflict } from '../state/update-state.ts';
import { fenceOfGoneRun } from './reconcile.ts';
import type { RunServices } from './services.ts';
import type { StartEngine } from './start-request.ts';

/**
 * The reservation is good for this long; the run's first activity makes it its own where it needs longer. Of a run of the same engine that
 * was never started nobody waits for that (`fenceOfGoneRun`).
 */
const RESERVATION_IN_SECONDS = 600;

export interface Reservation {
  /** In the queue of a busy environment, 1 for the next; null: the lock is reserved, or none is needed. */
  readonly place: number | null;
  /** The lock of another run that was taken over, because its holder is gone or late. */
  readonly tookOver: Lock | undefined;
  /** The run before, when it did not succeed: its operations may still be in progress on Azure. */
  readonly predecessor: string | null;
}

interface Wanted {
  readonly request: RunRequest;
  /** The state document as it was read a moment ago. */
  readonly known?: Versioned<EnvironmentState>;
}

/** Reserves the environment's lock for a run, or a place in its queue. A dry run needs neither. Throws LockedError. */
export async function reserve(
  services: RunServices,
  where: StartEngine,
  { state, runs }: EnvironmentStores,
  { request, known: read }: Wanted,
): Promise<Reservation> {
  if (request.options.dryRun)
    return { place: null, tookOver: undefined, predecessor: await lastUnsuccessful(runs, where) };
  const known = read ?? (await state.read());
  const goneFence = await goneFenceOf(services, where, known.value);
  const lock = { ...lockOf(services, state, request.runId), ...(goneFence !== undefined && { goneFence }), known };
  const acquire = async () =>
    request.waits
      ? await acquireLockOrPlace(state, { ...lock, trigger: request.trigger, mostWaiting: LIMITS.waitingRuns.value })
      : { kind: 'acquired' as const, ...(await acquireLock(state, lock)) };
  const [answer, last] = await Promise.all([acquire(), lastUnsuccessful(runs, where)]);
  if (answer.kind === 'queued')
    return { place: answer.place, tookOver: undefined, predecessor: await lastUnsuccessful(runs, where) };
  const { tookOver } = answer;
  // A run that ends writes its summary before it gives the lock back, or, when it had nothing to do, beside that: what was read beside
  // the lock's write counts when the lock was free before it, and nobody held it in between.
  const isSure = known.value.lock === null && answer.known.value.fence === known.value.fence + 1;
  return {
    place: null,
    tookOver,
    predecessor: tookOver?.runId ?? (isSure ? last : await lastUnsuccessful(runs, where)),
  };
}

function lockOf({ holder, engine }: RunServices, state: StateStore, runId: string): LockRequest {
  const wakeBy = new Date(state.now().getTime() + RESERVATION_IN_SECONDS * 1000).toISOString();
  return { runId, holder, engine, step: null, wakeBy };
}

/**
 * Nobody has the environment or waits for it, and the run that had it last succeeded: its release is what was written last, so that no
 * run came since that could have left something.
 */
export function isAsSucceeded({ lock, queue, last_run: last, serial }: EnvironmentState): boolean {
  return lock === null && queue.length === 0 && last?.status === 'succeeded' && last.serial === serial;
}

/**
 * Reserves the lock of an environment that `isAsSucceeded`, so that there is nothing before the run to look for.
 * @throws StateConflict: by now the document is another one
 */
export async function reserveAsKnown(
  services: RunServices,
  state: StateStore,
  runId: string,
  known: Versioned<EnvironmentState>,
): Promise<void> {
  try {
    await acquireLock(state, { ...lockOf(services, state, runId), known, isOnlyAsKnown: true });
  } catch (error) {
    // The answer to our own write may have been lost, and the write was sent again.
    if (!(error instanceof StateConflict) || (await state.read()).value.lock?.runId !== runId) throw error;
  }
}

/** The fence of a lock that nobody holds any more, as far as the engine knows. */
async function goneFenceOf(
  services: RunServices,
  where: StartEngine,
  state: EnvironmentState,
): Promise<number | undefined> {
  if (where.kind === 'shared') return await fenceOfGoneRun(services, where.engine, state);
  // This process alone drives the engine: what its earlier processes held is nobody's.
  return state.lock?.engine === services.engine ? state.lock.fence : undefined;
}

/**
 * The newest run that was to change something, when it failed or was stopped. On an engine that drives several, one that has not
 * ended is still at work.
 */
export async function lastUnsuccessful(runs: RunStore, { kind }: Pick<StartEngine, 'kind'>): Promise<string | null> {
  const last = await newestChange(runs);
  if (!last || last.status === 'succeeded') return null;
  return kind === 'exclusive' || last.finishedAt !== null ? last.runId : null;
}
