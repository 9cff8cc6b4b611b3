import type { RunRequest, RunSummary } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { endFromWithout } from './end-from-without.ts';
import type { Engine } from './engine.ts';
import type { RunServices } from './services.ts';

/** A run younger than this may have its lock or its summary, and not yet its orchestration. */
const STARTING_IN_SECONDS = 120;

/** The fence of the environment's lock when the run that holds it is one of ours and its orchestration is gone. */
export async function fenceOfGoneRun(
  services: RunServices,
  engine: Engine,
  { lock }: EnvironmentState,
): Promise<number | undefined> {
  if (!lock || lock.engine !== services.engine || !isOld(services, lock.acquiredAt)) return undefined;
  return (await engine.isAlive(lock.runId)) ? undefined : lock.fence;
}

/**
 * Ends a run of ours whose orchestration is gone (its history was lost, or it was terminated), so that nobody waits for it.
 *
 * @returns the summary as it is now
 */
export async function reconcile(
  services: RunServices,
  engine: Engine,
  request: RunRequest,
  summary: RunSummary,
): Promise<RunSummary> {
  const isOpen = summary.finishedAt === null;
  if (!isOpen || request.engine !== services.engine || !isOld(services, request.requestedAt)) return summary;
  if (await engine.isAlive(request.runId)) return summary;
  const end = { status: 'failed', code: 'orchestration_gone', message: GONE } as const;
  return await endFromWithout(services, request, end);
}

const GONE = 'The orchestration of this run is gone; the next run goes on from what is done.';

function isOld(services: RunServices, since: string): boolean {
  return services.clock.now().getTime() - Date.parse(since) > STARTING_IN_SECONDS * 1000;
}
