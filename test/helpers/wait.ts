import { setImmediate as turn } from 'node:timers/promises';

/** Waits until the condition holds, looking at it after every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}
