import { saidOf } from '../domain/expiry/expiry.ts';
import { UserError } from '../shared/errors.ts';
import { lockedBy } from './lock.ts';
import type { HistoryEntry, StateStore } from './ports.ts';

/** Kept runs that an error names. */
const NAMED_RUNS = 50;

/** The kept state of a successful run; the newest when none is named. Throws UserError `run_not_kept` with those that were kept last. */
export async function keptState(state: StateStore, runId: string | undefined): Promise<HistoryEntry> {
  const found = runId === undefined ? (await state.history({ limit: 1 }))[0] : await state.kept(runId);
  if (found) return found;
  const history = await state.history({ limit: NAMED_RUNS });
  const kept = history.map((entry) => `  ${entry.runId} (${entry.at})`).join('\n');
  throw new UserError(
    runId === undefined ? 'No state of an earlier run is kept.' : `The state of run ${runId} is not kept.`,
    {
      code: 'run_not_kept',
      hint: kept
        ? `${history.length < NAMED_RUNS ? 'Kept are' : 'Kept last were'}:\n${kept}`
        : 'Each successful run that changes something leaves one.',
    },
  );
}

/**
 * Makes the state of an earlier run the present one; a copy of what is there is kept. Resources on Azure stay as they are: the
 * next run finds out what differs. When the environment ends stays as it is now: it may have been given more time since; so do checks by the clock. The fence grows, so that nobody who held the lock before writes on.
 *
 * @returns where the copy is; undefined when there was no document
 */
export async function restoreState(state: StateStore, { state: kept }: HistoryEntry): Promise<string | undefined> {
  const copy = await state.backup('restore');
  await state.replace((before) => {
    if (before?.lock) throw lockedBy(before.lock);
    const fence = Math.max(before?.fence ?? 0, kept.fence) + 1;
    const { from: _, expires: __, drift_check: ___, ...deployed } = kept;
    return {
      ...deployed,
      ...saidOf(before ?? {}),
      ...(before?.drift_check && { drift_check: before.drift_check }),
      fence,
      serial: before?.serial ?? kept.serial,
      lock: null,
      queue: before?.queue ?? [],
    };
  });
  return copy;
}
