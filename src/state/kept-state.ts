import { recordedFamily } from '../domain/outputs.ts';
import type { RunRequest } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { hashJson } from '../shared/json.ts';
import type { EnvironmentStores, HistoryEntry } from './ports.ts';

/** What is kept of a run, or of an import, that left an environment as its configuration says. */
export function historyEntry(
  { runId, configDigest }: Pick<RunRequest, 'runId' | 'configDigest'>,
  state: EnvironmentState,
  now: Date,
): HistoryEntry {
  return {
    runId,
    at: now.toISOString(),
    configDigest,
    images: recordedFamily(state, 'image'),
    revisions: {
      ...recordedFamily(state, 'app'),
      ...recordedFamily(state, 'servingRevision'),
    },
    state: { ...state, lock: null, queue: [] },
  };
}

/**
 * Keeps a successful run's state, unless what is kept last says the same: runs that change nothing leave no copy of the document each,
 * and whoever looks for an earlier release does not read through them.
 *
 * @param kept the last that are kept, newest first
 */
export async function keepState(
  stores: EnvironmentStores,
  request: RunRequest,
  entry: HistoryEntry,
  kept: Promise<readonly HistoryEntry[]>,
): Promise<void> {
  const [last] = await kept;
  if (last && isSame(last, entry) && (await isOfSameSource(stores, last, request))) return;
  await stores.state.keepHistory(request.runId, entry);
}

function isSame(last: HistoryEntry, entry: HistoryEntry): boolean {
  return hashJson(contentOf(last)) === hashJson(contentOf(entry));
}

/** All but which run it was, and when. */
function contentOf({ runId: _, at: __, state, ...release }: HistoryEntry): unknown {
  return { ...release, state: deployedIn(state) };
}

/** All but what each run changes, whatever it does. */
function deployedIn({
  serial: _,
  last_updated: __,
  fence: ___,
  last_run: ____,
  lock: _____,
  queue: ______,
  drift_check: _______,
  durations: ________,
  ...deployed
}: EnvironmentState): Partial<EnvironmentState> {
  return deployed;
}

/** A repair builds from the sources of the run that is kept. */
async function isOfSameSource({ runs }: EnvironmentStores, last: HistoryEntry, request: RunRequest): Promise<boolean> {
  return (await runs.request(last.runId))?.source === request.source;
}
