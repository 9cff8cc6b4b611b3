import type { InvocationContext } from '@azure/functions';
import type { Engine } from './engine.ts';
import type { FrontDoor } from './front-door.ts';
import { reconcile } from './reconcile.ts';

/** How many of an environment's newest runs are looked at; older ones were closed when they were among these. */
const NEWEST_RUNS = 50;
const DAY_IN_MS = 24 * 60 * 60 * 1000;

export function reaper(
  door: FrontDoor,
  engineOf: (context: InvocationContext) => Engine,
): (timer: unknown, context: InvocationContext) => Promise<void> {
  return async (_timer, context) => await reap(door, engineOf(context));
}

/** Closes runs whose orchestration is gone, and forgets the histories of orchestrations that ended long ago. */
export async function reap(door: FrontDoor, engine: Engine): Promise<void> {
  for (const environment of await door.storage.environments()) await reapEnvironment(door, engine, environment);
  await engine.purge(new Date(door.clock.now().getTime() - door.historyInDays * DAY_IN_MS));
}

async function reapEnvironment(door: FrontDoor, engine: Engine, environment: string): Promise<void> {
  const { runs } = door.storage.environment(environment);
  const open = (await runs.runs({ limit: NEWEST_RUNS })).filter(({ finishedAt }) => finishedAt === null);
  for (const summary of open) {
    const request = await runs.request(summary.runId);
    if (!request) continue;
    const now = await reconcile(door, engine, request, summary);
    if (now.finishedAt !== null)
      door.logger.log('warning', `closed run ${summary.runId}: ${now.error?.code ?? now.status}`);
  }
}
