import type { RunEvent } from '../domain/events.ts';
import type { RunRequest, RunSummary } from '../domain/run.ts';
import { type EndedRun, RUN_COMPLETED_ID, runCompleted } from '../domain/run-end.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { releaseLock } from '../state/lock.ts';
import type { EnvironmentStores } from '../state/ports.ts';
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
 * Ends a run of ours whose orchestration is gone (its history was lost, or it was terminated), so that nobody waits for
 * it: tells it in the events, writes the summary and gives the lock back. What it had in progress on Azure is adopted by the
 * next run.
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
  const stores = services.stores(request.environment);
  // It may have ended between our two questions.
  const present = (await stores.runs.summary(request.runId)) ?? summary;
  return present.finishedAt === null ? await close(services, stores, request, present) : present;
}

async function close(
  services: RunServices,
  { state, runs }: EnvironmentStores,
  request: RunRequest,
  summary: RunSummary,
): Promise<RunSummary> {
  const now = services.clock.now();
  const message = 'The orchestration of this run is gone; the next run goes on from what is done.';
  const closed: EndedRun = {
    ...summary,
    status: 'failed',
    finishedAt: now.toISOString(),
    durationInMs: Math.max(0, now.getTime() - Date.parse(request.requestedAt)),
    error: { code: 'orchestration_gone', message },
  };
  const { runId, environment } = request;
  const about = { runId, environment, at: now.toISOString() };
  const events: RunEvent[] = [
    { ...about, id: 'run/gone/log', type: 'log', level: 'error', message },
    { ...about, id: RUN_COMPLETED_ID, ...runCompleted(closed) },
  ];
  await runs.appendEvents(runId, events);
  await runs.writeSummary(closed);
  await releaseLock(state, runId);
  return closed;
}

function isOld(services: RunServices, since: string): boolean {
  return services.clock.now().getTime() - Date.parse(since) > STARTING_IN_SECONDS * 1000;
}
