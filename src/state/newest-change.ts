import type { RunSummary } from '../domain/run.ts';
import type { RunStore } from './ports.ts';

/** The newest run that was to change something: plans and drift checks were not. */
export async function newestChange(runs: RunStore): Promise<RunSummary | undefined> {
  let [last] = await runs.runs({ limit: 1 });
  while (last && (await isDryRun(runs, last))) [last] = await runs.runs({ limit: 1, before: last.runId });
  return last;
}

async function isDryRun(runs: RunStore, { runId, work, executed, skipped, failed }: RunSummary): Promise<boolean> {
  if (work === 'drift_check') return true;
  if (executed.length + skipped.length + failed.length > 0) return false;
  return (await runs.request(runId))?.options.dryRun ?? false;
}
