import type { RunOverview } from '../domain/api/views.ts';

/** Checks by the clock stand among the runs; one that finds what the one before it found takes its place. */
const LOOKED_AT_RUNS = 20;

/**
 * The run that is meant where none is named: the newest that somebody, or a repair, was to change something with.
 * `list` gives so many of an environment's runs, newest first.
 */
export async function newestRun(
  list: (limit: number) => Promise<readonly RunOverview[]>,
): Promise<RunOverview | undefined> {
  return (await list(LOOKED_AT_RUNS)).find(({ work }) => work !== 'drift_check');
}
