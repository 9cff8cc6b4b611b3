import type { RunSummary } from '../domain/run.ts';
import type { RunStore } from '../state/ports.ts';

/** How many of an environment's newest runs are looked at; older ones were closed when they were among these. */
const NEWEST_RUNS = 50;

/** Runs of an environment that have not ended. */
export async function openRuns(runs: RunStore): Promise<readonly RunSummary[]> {
  return (await runs.runs({ limit: NEWEST_RUNS })).filter(({ finishedAt }) => finishedAt === null);
}
