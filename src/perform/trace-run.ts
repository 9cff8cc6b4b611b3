import { RUN_COMPLETED_ID } from '../domain/runs/run-end.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { Services } from '../engine/services.ts';
import { traceOnce } from '../state/trace-once.ts';

/** Tells of a run that has ended as its events say. */
export async function traceRun(
  { telemetry }: Pick<Services, 'telemetry'>,
  { request, stores: { runs } }: Pick<LoadedRun, 'request' | 'stores'>,
): Promise<void> {
  if (!telemetry) return;
  await traceOnce(runs, request.runId, async (events) => {
    if (!events.some(({ id }) => id === RUN_COMPLETED_ID)) return false;
    await telemetry.runEnded({ request, events });
    return true;
  });
}
