import { saidOf } from '../domain/expiry/expiry.ts';
import { emptyState } from '../domain/state.ts';
import { lockedBy } from './lock.ts';
import type { StateStore } from './ports.ts';

/**
 * Forgets what was deployed, and not when the environment ends; a copy of the document, corrupt or not, is kept. The fence grows, so that a run that still
 * believes to hold the lock writes nothing more. Throws LockedError while a run holds it.
 *
 * @returns where the copy is; undefined when there was no document
 */
export async function resetState(state: StateStore): Promise<string | undefined> {
  const copy = await state.backup('reset');
  if (copy === undefined) return undefined;
  await state.replace((before) => {
    if (before?.lock) throw lockedBy(before.lock);
    const fence = (before?.fence ?? 0) + 1;
    return { ...emptyState(state.environment), ...saidOf(before ?? {}), fence, serial: before?.serial ?? 0 };
  });
  return copy;
}
