import type { RunInput } from '../../domain/function-names.ts';
import { type RunRequest, STOPPED } from '../../domain/run.ts';
import { hasEnded, RUN_COMPLETED_ID, runCompleted } from '../../domain/runs/run-end.ts';
import type { EnvironmentStores } from '../../state/ports.ts';
import { newestRuns } from '../../state/runs-back.ts';
import { updateState } from '../../state/update-state.ts';
import { type EarlierRun, hasSameSections } from '../earlier-call.ts';
import { traceFromWithout } from '../end-from-without.ts';
import type { ExclusiveEngine } from '../engine.ts';
import { newestRun } from '../newest-run.ts';
import type { RunServices } from '../services.ts';

/** How many of the newest runs are looked at, besides drift checks; the unfinished ones of an engine of our own are among them. */
const LOOKED_AT = 20;

/** The runs of this engine that did not come to an end, newest first. */
export async function unfinishedRuns(services: RunServices, environment: string): Promise<readonly RunRequest[]> {
  const { runs } = services.stores(environment);
  const summaries = await newestRuns(runs.runs, LOOKED_AT);
  const open = summaries.filter(({ status }) => status === 'running' || status === 'waiting_for_approval');
  const requests = await Promise.all(open.map(({ runId }) => runs.request(runId)));
  // Runs of other engines that share the storage are not ours to end. Older runs did not say whose they are.
  return requests.flatMap((request) => (request && ['', services.engine].includes(request.engine) ? [request] : []));
}

/** Whether there is a run that a plain re-run would go on with. */
export async function hasUnfinishedRun(services: RunServices, environment: string): Promise<boolean> {
  const last = await newestRun(services.stores(environment).runs.runs);
  return (last && last.status !== 'succeeded') || (await unfinishedRuns(services, environment)).length > 0;
}

/**
 * The unfinished run of the same request, which goes on; else the new one. A run that was parked after it had begun to stop
 * would only come to its end, and one whose finished steps the state does not have (it was reset, restored or deleted since)
 * would miss what they made: a new run takes its place.
 */
export async function resumableRun(
  services: RunServices,
  engine: ExclusiveEngine,
  request: RunRequest,
  unfinished: readonly RunRequest[],
): Promise<EarlierRun> {
  const alive = new Set(engine.unfinished());
  const same = unfinished.find(
    ({ runId, requestDigest }) => requestDigest === request.requestDigest && alive.has(runId),
  );
  const stores = services.stores(request.environment);
  if (!same || !(await hasSameSections(stores, same, request)) || (await isSpent(stores, same.runId))) {
    return { runId: request.runId, isThere: false };
  }
  return { runId: same.runId, isThere: true };
}

async function isSpent({ runs, state }: EnvironmentStores, runId: string): Promise<boolean> {
  const [{ events }, { value }] = await Promise.all([runs.events(runId), state.read()]);
  const isStopped = events.some(({ id }) => id.endsWith(`/${STOPPED}`));
  const isForgotten = events.some((event) => event.type === 'step_completed' && value.steps[event.step] === undefined);
  return isStopped || isForgotten;
}

/** Abandons what else is unfinished on this engine, now that the lock is reserved for this run. */
export async function replaceOthers(
  services: RunServices,
  engine: ExclusiveEngine,
  unfinished: readonly RunRequest[],
  { environment, runId }: RunInput,
): Promise<void> {
  for (const run of unfinished) if (run.runId !== runId) await abandon(services, environment, run.runId);
  for (const other of engine.unfinished()) {
    if (other === runId || (await engine.isOnlyTelling(other))) continue;
    await tellEnd(services, environment, other);
    await engine.terminate(other, 'another run took its place');
  }
}

async function abandon(services: RunServices, environment: string, runId: string): Promise<void> {
  const { runs } = services.stores(environment);
  const summary = await runs.summary(runId);
  const finishedAt = services.clock.now().toISOString();
  if (summary) await runs.writeSummary({ ...summary, status: 'abandoned', finishedAt });
  await traceFromWithout(services, { environment, runId }, finishedAt);
}

/** When its process died in the last moment, the end of a run may be recorded everywhere but in its events and the journal. */
async function tellEnd(services: RunServices, environment: string, runId: string): Promise<void> {
  const { runs } = services.stores(environment);
  const summary = await runs.summary(runId);
  if (!summary || !hasEnded(summary)) return;
  const about = { id: RUN_COMPLETED_ID, runId, environment, at: services.clock.now().toISOString() };
  await runs.appendEvents(runId, [{ ...about, ...runCompleted(summary) }]);
  await traceFromWithout(services, { environment, runId });
}

/** Leaves a run as it is for whoever comes next: its lock may be taken over at once. */
export async function parkRun({ state }: EnvironmentStores, runId: string): Promise<void> {
  await updateState(state, (current) => {
    if (current.lock?.runId !== runId) return current;
    return { ...current, lock: { ...current.lock, wakeBy: state.now().toISOString() } };
  });
}
