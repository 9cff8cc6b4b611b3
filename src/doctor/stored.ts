import { type EnvironmentState, type Lock, STATE_VERSION } from '../domain/state.ts';
import { lockedBy } from '../state/lock.ts';
import type { StateStore } from '../state/ports.ts';
import { type Examination, ok, see, unknown, waitsFor } from './examination.ts';

/** Codes by which the storage, not the document in it, is the matter. */
const OF_STORAGE = /^(storage_|state_unreadable|state_not_writable)/;

export interface Stored {
  readonly lines: readonly Examination[];
  /** Undefined when it cannot be read. */
  readonly state: EnvironmentState | undefined;
}

/**
 * The state document and whoever holds it. Nothing is written to a storage account.
 *
 * @param isParked whether the run that holds the lock stopped here, so that the next deployment goes on with it
 */
export async function examineState(store: StateStore, isParked: (lock: Lock) => Promise<boolean>): Promise<Stored> {
  const { value: read, failure } = await see('state', () => store.read());
  if (!read) return { lines: withoutState(failure), state: undefined };
  const { value: state, etag, warnings } = read;
  const what = etag === null ? 'nothing was deployed yet' : `version ${STATE_VERSION}, written ${state.last_updated}`;
  return {
    lines: [
      ok('storage', `${store.location} can be reached and read`),
      ok('state', [what, ...warnings].join('; ')),
      await lockLine(store, state, isParked),
    ],
    state,
  };
}

function withoutState(failure: Examination): readonly Examination[] {
  const isStorage = OF_STORAGE.test(failure.code ?? '');
  return isStorage
    ? withoutStores(failure)
    : [ok('storage', 'it can be reached and read'), failure, waitsFor('lock', 'state')];
}

async function lockLine(
  store: StateStore,
  { lock, queue }: EnvironmentState,
  isParked: (lock: Lock) => Promise<boolean>,
): Promise<Examination> {
  const now = store.now().getTime();
  const waiting = queue.filter(({ wakeBy }) => Date.parse(wakeBy) > now);
  if (!lock || Date.parse(lock.wakeBy) <= now) {
    const [next] = waiting;
    if (next)
      return unknown('lock', `run ${next.runId} waits for the environment, and comes first`, 'Wait for its end.');
    return ok(
      'lock',
      lock ? `run ${lock.runId} is gone (it wrote last before ${lock.wakeBy}): the next takes over` : 'free',
    );
  }
  const { value: parked, failure } = await see('lock', () => isParked(lock));
  if (failure) return failure;
  if (parked)
    return ok('lock', `run ${lock.runId} stopped here; the next deployment goes on with it, or takes it over`);
  const held = await see('lock', async (): Promise<never> => {
    throw lockedBy(lock);
  });
  return held.failure ?? unknown('lock', 'held');
}

/** The stores cannot even be opened. */
export function withoutStores(failure: Examination): readonly Examination[] {
  return [{ ...failure, check: 'storage' }, waitsFor('state', 'storage'), waitsFor('lock', 'storage')];
}
