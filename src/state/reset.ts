import { emptyState } from '../domain/state.ts';
import { lockedBy } from './lock.ts';
import type { StateStore } from './ports.ts';

/**
 * Forgets what was deployed; a copy of the document, corrupt or not, is kept. The fence grows, so that a run that still
 * believes to hold the lock writes nothing more. Throws LockedError while a run holds it.
 *
 * @returns where the copy is; undefined when there was no document
 */
export async function resetState(state: StateStore): Promise<string | undefined> {
  const copy = await state.backup('reset');
  if (copy === undefined) return undefined;
  await state.replace((before) => {
    if (before?.lock) throw lockedBy(before.lock);
    return { ...emptyState(state.environment), fence: (before?.fence ?? 0) + 1, serial: before?.serial ?? 0 };
  });
  return copy;
}
