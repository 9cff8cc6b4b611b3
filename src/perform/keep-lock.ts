import type { EnvironmentState } from '../domain/state.ts';
import type { StateStore } from '../state/ports.ts';
import { updateState } from '../state/update-state.ts';

/** A holder is late when it has not written this long after it was due. */
const GRACE_IN_SECONDS = 300;

/** When the lock of a run that sleeps now may be taken from it, ISO 8601. */
export function wakeByAfter(store: StateStore, seconds: number): string {
  return new Date(store.now().getTime() + (seconds + GRACE_IN_SECONDS) * 1000).toISOString();
}

/** For a call that is of no step: whoever waits for Azure is not late. A run without the lock has nothing to keep. */
export async function keepLock(store: StateStore, runId: string, seconds: number): Promise<void> {
  const wakeBy = wakeByAfter(store, seconds);
  await updateState(
    store,
    (current): EnvironmentState =>
      current.lock?.runId === runId && current.lock.wakeBy < wakeBy
        ? { ...current, lock: { ...current.lock, wakeBy } }
        : current,
  );
}
