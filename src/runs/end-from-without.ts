import type { RunRequest, RunSummary } from '../domain/run.ts';
import { endRun } from '../state/end-run.ts';
import { traceOnce } from '../state/trace-once.ts';
import type { RunServices } from './services.ts';

/**
 * Ends a run that its orchestration will not end, and tells of it where traces are made.
 *
 * @returns the summary as it is now
 */
export async function endFromWithout(
  services: RunServices,
  run: Pick<RunSummary, 'runId' | 'environment'>,
  end: Parameters<typeof endRun>[3],
): Promise<RunSummary> {
  const { summary, isEndedNow } = await endRun(services.stores(run.environment), services.clock, run, end);
  if (isEndedNow) await traceFromWithout(services, run);
  return summary;
}

/** @param abandonedAt where it has no end of its own */
export async function traceFromWithout(
  { telemetry, stores }: Pick<RunServices, 'telemetry' | 'stores'>,
  { environment, runId }: Pick<RunRequest, 'runId' | 'environment'>,
  abandonedAt?: string,
): Promise<void> {
  if (!telemetry) return;
  const { runs } = stores(environment);
  await traceOnce(runs, runId, async (events) => {
    const request = await runs.request(runId);
    if (!request) return false;
    // Nobody waits for what it sends, and it never rejects.
    void telemetry.runEnded({ request, events, ...(abandonedAt !== undefined && { abandonedAt }) });
    return true;
  });
}
