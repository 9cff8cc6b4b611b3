import type { RunSummary } from '../domain/run.ts';
import type { RunStore } from './ports.ts';
import { isDriftCheck, runsBack } from './runs-back.ts';

/** The newest run that was to change something: plans and drift checks were not. */
export async function newestChange(runs: RunStore): Promise<RunSummary | undefined> {
  for await (const run of runsBack(runs.runs)) if (!(await isDryRun(runs, run))) return run;
  return undefined;
}

async function isDryRun(runs: RunStore, run: RunSummary): Promise<boolean> {
  const { runId, executed, skipped, failed } = run;
  if (isDriftCheck(run)) return true;
  if (executed.length + skipped.length + failed.length > 0) return false;
  return (await runs.request(runId))?.options.dryRun ?? false;
}
