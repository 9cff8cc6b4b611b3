import type { EnvironmentState, Lock, Waiter } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import type { StateStore, Versioned } from './ports.ts';
import { updateState, updateVersioned } from './update-state.ts';

export interface LockRequest {
  readonly runId: string;
  readonly holder: string;
  readonly engine: string;
  readonly step: string | null;
  /** When the holder must have written again, ISO 8601. */
  readonly wakeBy: string;
  /** The fence of a lock whose run is known to be gone, because the engine that drove it says so. */
  readonly goneFence?: number;
  /** The document as it was read a moment ago. */
  readonly known?: Versioned<EnvironmentState>;
  /** Only if the document still is that one: else StateConflict. */
  readonly isOnlyAsKnown?: boolean;
  /** A lock that is the run's own already is left as it is when it is good until then, ISO 8601. */
  readonly enoughUntil?: string;
}

export interface AcquiredLock {
  readonly fence: number;
  /** The lock that was taken over, of a run whose holder is gone or late. */
  readonly tookOver: Lock | undefined;
  /** The document with the lock. */
  readonly known: Versioned<EnvironmentState>;
}

/** A place in the queue of an environment. */
export interface QueuePlace {
  /** 1 for the next. */
  readonly place: number;
  readonly lock: Lock | null;
  /** The waiters behind this one. */
  readonly behind: readonly Waiter[];
}

/** A waiter comes back within seconds; one that was not seen for this long is gone. */
const WAITER_WAKES_WITHIN_IN_SECONDS = 600;
/** Its entry is written again only when it has become this old: fifty waiters must not keep the document busy. */
const WAITER_RENEWS_AFTER_IN_SECONDS = 200;

/**
 * Takes the environment's lock by compare and swap. The run that holds it already keeps it, with its fence.
 * Throws UserError `state_locked` (exit 75) when another run holds it and is not late, or when others wait for it.
 */
export async function acquireLock(store: StateStore, request: LockRequest): Promise<AcquiredLock> {
  const answer = await acquire(store, request);
  if (answer.kind === 'acquired') return answer;
  throw answer.lock ? lockedBy(answer.lock) : othersWait(answer.place);
}

/**
 * Takes the lock, or a place at the end of its queue. A run that has a place keeps it as long as it comes back.
 * Throws UserError `queue_full` when as many wait as may; without `mostWaiting` any number may.
 */
export async function acquireLockOrPlace(
  store: StateStore,
  request: LockRequest & { readonly trigger: string; readonly mostWaiting?: number },
): Promise<(AcquiredLock & { readonly kind: 'acquired' }) | (QueuePlace & { readonly kind: 'queued' })> {
  return await acquire(store, request);
}

async function acquire(
  store: StateStore,
  request: LockRequest & { readonly trigger?: string; readonly mostWaiting?: number },
): Promise<(AcquiredLock & { readonly kind: 'acquired' }) | (QueuePlace & { readonly kind: 'queued' })> {
  let tookOver: Lock | undefined;
  let queued: QueuePlace | undefined;
  const { known, isOnlyAsKnown = false } = request;
  const change = (current: EnvironmentState): EnvironmentState => {
    tookOver = undefined;
    queued = undefined;
    const { lock } = current;
    const { runId, holder, engine, step, wakeBy, trigger } = request;
    if (lock?.runId === runId) {
      return isGoodFor(lock, request)
        ? current
        : { ...current, lock: { ...lock, holder, engine, step: step ?? lock.step, wakeBy } };
    }
    const now = store.now();
    const queue = current.queue.filter((waiter) => Date.parse(waiter.wakeBy) > now.getTime());
    const index = queue.findIndex((waiter) => waiter.runId === runId);
    const before = index === -1 ? queue.length : index;
    if (before > 0 || (lock && !isGone(lock, request.goneFence, now))) {
      if (index === -1 && queue.length >= (request.mostWaiting ?? Number.POSITIVE_INFINITY))
        throw queueFull(queue.length);
      queued = { place: before + 1, lock, behind: queue.slice(before + 1) };
      return trigger === undefined ? current : { ...current, queue: withWaiter(queue, { runId, trigger }, now) };
    }
    tookOver = lock ?? undefined;
    const fence = current.fence + 1;
    const acquiredAt = now.toISOString();
    return {
      ...current,
      fence,
      lock: { runId, holder, engine, acquiredAt, step, fence, wakeBy },
      queue: queue.filter((waiter) => waiter.runId !== runId),
    };
  };
  const locked = await updateVersioned(store, change, known ? { known, isOnlyAsKnown } : {});
  if (queued) return { kind: 'queued', ...queued };
  const { lock } = locked.value;
  if (!lock) throw new Error('the lock was not written');
  return { kind: 'acquired', fence: lock.fence, tookOver, known: locked };
}

function isGoodFor(lock: Lock, { holder, engine, step, enoughUntil }: LockRequest): boolean {
  const isSame = lock.holder === holder && lock.engine === engine && (step === null || step === lock.step);
  return isSame && enoughUntil !== undefined && Date.parse(lock.wakeBy) >= Date.parse(enoughUntil);
}

function isGone(lock: Lock, goneFence: number | undefined, now: Date): boolean {
  return lock.fence === goneFence || Date.parse(lock.wakeBy) <= now.getTime();
}

function withWaiter(queue: readonly Waiter[], waiter: Pick<Waiter, 'runId' | 'trigger'>, now: Date): Waiter[] {
  const wakeBy = new Date(now.getTime() + WAITER_WAKES_WITHIN_IN_SECONDS * 1000).toISOString();
  const known = queue.find(({ runId }) => runId === waiter.runId);
  if (!known) return [...queue, { ...waiter, since: now.toISOString(), wakeBy }];
  const age = Date.parse(wakeBy) - Date.parse(known.wakeBy);
  if (age < WAITER_RENEWS_AFTER_IN_SECONDS * 1000) return [...queue];
  return queue.map((one) => (one.runId === waiter.runId ? { ...one, wakeBy } : one));
}

/** The environment is busy: somebody holds its lock, or waits for it. */
export class LockedError extends UserError {
  readonly lock: Lock | null;

  constructor(message: string, hint: string, lock: Lock | null) {
    super(message, { code: 'state_locked', hint });
    this.lock = lock;
  }
}

export function lockedBy(lock: Lock): LockedError {
  return new LockedError(
    `The environment is locked by run ${lock.runId} (${lock.holder}) since ${lock.acquiredAt}, at ${lock.step ?? 'its start'}.`,
    `Wait for its end; it counts as gone when it has not written by ${lock.wakeBy}. To break the lock: draftgenie-deploy state unlock`,
    lock,
  );
}

function queueFull(waiting: number): UserError {
  return new UserError(`${waiting} runs wait for the environment already, which is as many as may.`, {
    code: 'queue_full',
    hint: 'Try again when some of them are done, or cancel what is not needed any more.',
  });
}

function othersWait(place: number): LockedError {
  const count = place === 2 ? 'another run waits' : `${place - 1} other runs wait`;
  return new LockedError(`The environment is busy: ${count} for it.`, 'Try again when they are done.', null);
}

/** Gives the lock back, or the place in the queue; false when the run has neither. */
export async function releaseLock(store: StateStore, runId: string): Promise<boolean> {
  let released = false;
  await updateState(store, (current) => {
    released = current.lock?.runId === runId || current.queue.some((waiter) => waiter.runId === runId);
    return released ? withoutRun(current, runId) : current;
  });
  return released;
}

/** The document without the run's lock and without its place in the queue. */
export function withoutRun(state: EnvironmentState, runId: string): EnvironmentState {
  return {
    ...state,
    lock: state.lock?.runId === runId ? null : state.lock,
    queue: state.queue.filter((waiter) => waiter.runId !== runId),
  };
}

/**
 * Takes the lock from whoever holds it. The fence grows, so that the old holder can write nothing more.
 *
 * @param runId whose lock is meant: between the question and its answer another run may have taken it
 * @returns the lock that was broken; null when there was none
 * @throws UserError `state_locked` when another run than that holds it
 */
export async function breakLock(store: StateStore, runId?: string): Promise<Lock | null> {
  let broken: Lock | null = null;
  await updateState(store, (current) => {
    broken = current.lock;
    if (current.lock && runId !== undefined && current.lock.runId !== runId) throw lockedBy(current.lock);
    return current.lock ? { ...current, lock: null, fence: current.fence + 1 } : current;
  });
  return broken;
}
