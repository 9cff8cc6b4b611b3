import type { EnvironmentState, Lock } from '../domain/state.ts';
import { ExitCode, UserError } from '../shared/errors.ts';
import type { StateStore } from './ports.ts';

/** Another run holds the environment: this one writes nothing more, neither state nor Azure. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
  constructor(loser: string, lock: Lock | null) {
    super(
      `${loser} does not hold the lock any more: ${lock ? `run ${lock.runId} (${lock.holder}) does` : 'it was broken'}`,
    );
  }
}

/** Somebody else wrote the document between our read and our write. */
export class StateConflict extends Error {
  override readonly name = 'StateConflict';
}

/** How often a write is tried again after somebody else's; parallel steps of one run write at the same time. */
const MAX_TRIES = 100;

/**
 * Changes the state document: read, change, compare and swap, again after a conflict.
 * With a fence it throws LockLost unless the document's lock carries that fence.
 */
export async function updateState(
  store: StateStore,
  change: (current: EnvironmentState) => EnvironmentState,
  options: { readonly fence?: number } = {},
): Promise<EnvironmentState> {
  for (let attempt = 1; ; attempt += 1) {
    const { value, etag } = await store.read();
    if (options.fence !== undefined) checkFence(value, options.fence);
    const changed = change(value);
    if (changed === value) return value;
    try {
      return (await store.write(changed, etag)).value;
    } catch (error) {
      if (!(error instanceof StateConflict) || attempt === MAX_TRIES) throw error;
    }
  }
}

/** Throws LockLost unless the environment's lock carries this fence. */
export async function assertFence(store: StateStore, fence: number): Promise<void> {
  checkFence((await store.read()).value, fence);
}

function checkFence({ lock }: EnvironmentState, fence: number): void {
  if (lock?.fence !== fence) throw new LockLost(`the holder of fence ${fence}`, lock);
}

export interface LockRequest {
  readonly runId: string;
  readonly holder: string;
  readonly engine: string;
  readonly step: string | null;
  /** When the holder must have written again, ISO 8601. */
  readonly wakeBy: string;
  /** True when this process alone drives the engine: what its earlier processes held is nobody's. */
  readonly ownsEngine?: boolean;
}

export interface AcquiredLock {
  readonly fence: number;
  /** The lock that was taken over, of a run whose holder is gone or late. */
  readonly tookOver: Lock | undefined;
}

/**
 * Takes the environment's lock by compare and swap. The run that holds it already keeps it, with its fence.
 * Throws UserError `state_locked` (exit 75) when another run holds it and is not late.
 */
export async function acquireLock(store: StateStore, request: LockRequest): Promise<AcquiredLock> {
  let tookOver: Lock | undefined;
  const { runId, holder, engine, step, wakeBy } = request;
  const state = await updateState(store, (current) => {
    const { lock } = current;
    tookOver = undefined;
    if (lock?.runId === runId) {
      return { ...current, lock: { ...lock, holder, engine, step: step ?? lock.step, wakeBy } };
    }
    if (lock) {
      const isLate = Date.parse(lock.wakeBy) <= store.now().getTime();
      if (!isLate && !(request.ownsEngine && lock.engine === engine)) throw lockedBy(lock);
      tookOver = lock;
    }
    const fence = current.fence + 1;
    const acquiredAt = store.now().toISOString();
    return { ...current, fence, lock: { runId, holder, engine, acquiredAt, step, fence, wakeBy } };
  });
  if (!state.lock) throw new Error('the lock was not written');
  return { fence: state.lock.fence, tookOver };
}

export function lockedBy(lock: Lock): UserError {
  return new UserError(
    `The environment is locked by run ${lock.runId} (${lock.holder}) since ${lock.acquiredAt}, at ${lock.step ?? 'its start'}.`,
    {
      code: 'state_locked',
      exitCode: ExitCode.locked,
      hint: `Wait for its end; it counts as gone when it has not written by ${lock.wakeBy}. To break the lock: draftgenie-deploy state unlock`,
    },
  );
}

/** Gives the lock back; false when the run does not hold it. */
export async function releaseLock(store: StateStore, runId: string): Promise<boolean> {
  let released = false;
  await updateState(store, (current) => {
    released = current.lock?.runId === runId;
    return released ? { ...current, lock: null } : current;
  });
  return released;
}

/** Takes the lock from whoever holds it. The fence grows, so that the old holder can write nothing more. */
export async function breakLock(store: StateStore): Promise<Lock | null> {
  let broken: Lock | null = null;
  await updateState(store, (current) => {
    broken = current.lock;
    return current.lock ? { ...current, lock: null, fence: current.fence + 1 } : current;
  });
  return broken;
}
