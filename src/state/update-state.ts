import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentState, Lock } from '../domain/state.ts';
import type { StateStore, Versioned } from './ports.ts';

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

/** Of a holder of the lock. The run counts as well: a storage that forgot a lock gives its number to the next one. */
export interface Fence {
  readonly runId: string;
  readonly fence: number;
}

/** How often a write is tried again after somebody else's; parallel steps of one run write at the same time. */
const MAX_TRIES = 100;

/**
 * Changes the state document: read, change, compare and swap, again after a conflict; nothing is written when nothing
 * changes. With a fence it throws LockLost unless the document's lock carries that fence.
 * @param options.known the document as it was read a moment ago: the first attempt does not read it again
 */
export async function updateState(
  store: StateStore,
  change: (current: EnvironmentState) => EnvironmentState,
  options: UpdateOptions = {},
): Promise<EnvironmentState> {
  return (await updateVersioned(store, change, options)).value;
}

interface UpdateOptions {
  readonly fence?: Fence;
  readonly known?: Versioned<EnvironmentState>;
  /** Only if the document is the known one: else StateConflict. */
  readonly isOnlyAsKnown?: boolean;
}

/** The same, for whoever changes the document once more. */
export async function updateVersioned(
  store: StateStore,
  change: (current: EnvironmentState) => EnvironmentState,
  options: UpdateOptions = {},
): Promise<Versioned<EnvironmentState>> {
  let { known } = options;
  for (let attempt = 1; ; attempt += 1) {
    const current = known ?? (await store.read());
    known = undefined;
    if (options.fence !== undefined) checkFence(current.value, options.fence);
    const changed = change(current.value);
    if (isDeepStrictEqual(changed, current.value)) return current;
    try {
      return await store.write(changed, current.etag);
    } catch (error) {
      if (!(error instanceof StateConflict) || options.isOnlyAsKnown || attempt === MAX_TRIES) throw error;
    }
  }
}

/** Throws LockLost unless the environment's lock carries this fence. */
export async function assertFence(store: StateStore, fence: Fence): Promise<void> {
  checkFence((await store.read()).value, fence);
}

function checkFence({ lock }: EnvironmentState, { runId, fence }: Fence): void {
  if (lock?.fence !== fence || lock.runId !== runId)
    throw new LockLost(`run ${runId}, the holder of fence ${fence},`, lock);
}
