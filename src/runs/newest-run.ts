import type { RunSummary } from '../domain/run.ts';
import { isDriftCheck, type ListRuns, newestRuns } from '../state/runs-back.ts';

type Named = Pick<RunSummary, 'runId' | 'work'>;

/** The run that is meant where none is named: the newest that is no drift check. */
export async function newestRun<Run extends Named>(list: ListRuns<Run>): Promise<Run | undefined> {
  return (await newestRuns(list, 1)).find((run) => !isDriftCheck(run));
}
