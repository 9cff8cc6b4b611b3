import { RUN_COMPLETED_ID } from '../domain/runs/run-end.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import { defineRecord, doneSchema } from '../engine/record.ts';
import type { Services } from '../engine/services.ts';

/** The collector was told of the run, or could not be within its time. */
const traced = defineRecord({ name: 'traced', schema: doneSchema, scope: 'run' });

/**
 * Tells of a run that has ended, once. A crash before that is written down has it told again by whoever closes the run then, under the
 * same ids. Nothing of it is of the run: whatever fails here, the run has ended as it has.
 */
export async function traceRun(
  { telemetry }: Services,
  { request, stores: { runs } }: Pick<LoadedRun, 'request' | 'stores'>,
  memory: StepMemory,
): Promise<void> {
  if (!telemetry || memory.read(traced)) return;
  try {
    const { events } = await runs.events(request.runId);
    if (!events.some(({ id }) => id === RUN_COMPLETED_ID)) return;
    await telemetry.runEnded({ request, events });
    await memory.write(traced, true);
  } catch {
    // A storage that is away: the run is closed, and must not look as if it were not.
  }
}
