import type { RunEvent } from '../domain/events.ts';
import type { RunStore } from './ports.ts';

/** Of a run that a collector was told of, or could not be within its time. */
const TRACED = { traced: true };

/**
 * Tells of a run that has ended, once, whoever ended it. A crash before that is written down has it told again by whoever closes the run
 * then. Nothing of it is of the run: whatever fails here, the run has ended as it has.
 *
 * @param send answers whether there was anything to tell
 */
export async function traceOnce(
  runs: RunStore,
  runId: string,
  send: (events: readonly RunEvent[]) => Promise<boolean>,
): Promise<void> {
  try {
    if (await isTraced(runs, runId)) return;
    const { events } = await runs.events(runId);
    // By itself, so that who ends a run from without writes over nothing that the run remembers.
    if (await send(events)) await runs.writeMemory(runId, 'trace', TRACED);
  } catch {
    // A storage that is away: the run has ended, and must not look as if it had not.
  }
}

/** Earlier versions wrote it among what the run remembers. */
async function isTraced(runs: RunStore, runId: string): Promise<boolean> {
  const memories = await Promise.all([runs.memory(runId, 'trace'), runs.memory(runId, 'run')]);
  return memories.some(({ traced }) => traced !== undefined);
}
