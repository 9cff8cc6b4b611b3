import type { RunSummary } from '../domain/run.ts';
import type { RunStore } from '../state/ports.ts';
import { newestRuns } from '../state/runs-back.ts';

/** How many of an environment's newest runs are looked at, besides drift checks; older ones were closed when they were among these. */
const LOOKED_AT = 50;

/** Runs of an environment that have not ended. */
export async function openRuns({ runs }: Pick<RunStore, 'runs'>): Promise<readonly RunSummary[]> {
  return (await newestRuns(runs, LOOKED_AT)).filter(({ finishedAt }) => finishedAt === null);
}
