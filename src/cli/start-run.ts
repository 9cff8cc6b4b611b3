import { ulid } from 'ulid';
import { hasEnded, tellEnd } from '../activities/close-run.ts';
import { FunctionName, type RunInput } from '../domain/function-names.ts';
import { type RunOptions, type RunRequest, STOPPED } from '../domain/run.ts';
import { firstSummary, requestDigest } from '../domain/run-request.ts';
import type { Lock } from '../domain/state.ts';
import type { Services } from '../engine/services.ts';
import type { EmbeddedHost } from '../runtime/host.ts';
import { acquireLock } from '../state/lock.ts';
import { updateState } from '../state/update-state.ts';

/** The reservation is good for this long; the run's first activity makes it its own. */
const RESERVATION_IN_SECONDS = 120;

export interface RunStart {
  readonly environment: string;
  readonly configDigest: string;
  readonly options: RunOptions;
  readonly source: string | null;
}

export interface StartedRun {
  readonly runId: string;
  /** True when an unfinished run of the same request goes on. */
  readonly resumed: boolean;
  /** The lock of another run that was taken over, because its holder is gone or late. */
  readonly tookOver: Lock | undefined;
}

/**
 * Goes on with the unfinished run of the same request, or abandons what is unfinished and starts a new run. Nobody else
 * drives this engine's runs: its journal is locked by this process. The lock comes first: while another engine holds the
 * environment nothing is written.
 */
export async function startRun(services: Services, host: EmbeddedHost, start: RunStart): Promise<StartedRun> {
  const { environment } = start;
  const digest = requestDigest({ ...start, version: services.version });
  const unfinished = await unfinishedRuns(services, environment);
  const alive = new Set(liveInstances(host));
  const same = await resumable(
    services,
    unfinished.filter(({ runId, requestDigest: other }) => other === digest && alive.has(runId)),
  );
  const runId = same?.runId ?? `${environment}-${ulid(services.clock.now().getTime())}`;
  const tookOver = await reserve(services, environment, runId);
  for (const run of unfinished) if (run.runId !== runId) await abandon(services, run.runId);
  for (const other of alive) if (other !== runId) await leave(services, host, environment, other);
  if (same) {
    await services.stores(environment).runs.withdrawCancel(runId);
    return { runId, resumed: true, tookOver };
  }
  const request: RunRequest = {
    runId,
    environment,
    requestedAt: services.clock.now().toISOString(),
    requestedBy: services.holder,
    configDigest: start.configDigest,
    options: start.options,
    source: start.source,
    requestDigest: digest,
    productVersion: services.version,
    trigger: 'cli',
    engine: services.engine,
    waits: false,
    adoptsOperationsOf: unfinished[0]?.runId ?? (await lastUnsuccessful(services, environment)),
  };
  const { runs } = services.stores(environment);
  await runs.create(request);
  await runs.writeSummary(firstSummary(request, 'running'));
  const input: RunInput = { environment, runId };
  await host.startNew(FunctionName.deploy, { instanceId: runId, input: { ...input } });
  return { runId, resumed: false, tookOver };
}

/** When its process died in the last moment, the end of a run may be recorded everywhere but in its events and the journal. */
async function leave(services: Services, host: EmbeddedHost, environment: string, runId: string): Promise<void> {
  const summary = await services.stores(environment).runs.summary(runId);
  // For the record: who looks at the new run is not told of the end of another.
  if (summary && hasEnded(summary)) await tellEnd({ ...services, observe: () => undefined }, summary);
  await host.terminate(runId, 'another run took its place');
}

/**
 * A run that was parked after it had begun to stop would only come to its end, and one whose finished steps the state does
 * not have (it was reset, restored or deleted since) would miss what they made: a new run takes its place.
 */
async function resumable(services: Services, [run]: readonly RunRequest[]): Promise<RunRequest | undefined> {
  if (!run) return undefined;
  const { runs, state } = services.stores(run.environment);
  const [{ events }, { value }] = await Promise.all([runs.events(run.runId), state.read()]);
  const isStopped = events.some(({ id }) => id.endsWith(`/${STOPPED}`));
  const isForgotten = events.some((event) => event.type === 'step_completed' && value.steps[event.step] === undefined);
  return isStopped || isForgotten ? undefined : run;
}

/** Whether there is a run that a plain re-run would go on with. */
export async function hasUnfinishedRun(services: Services, environment: string): Promise<boolean> {
  return (
    (await unfinishedRuns(services, environment)).length > 0 || (await lastUnsuccessful(services, environment)) !== null
  );
}

async function reserve(services: Services, environment: string, runId: string): Promise<Lock | undefined> {
  const { state } = services.stores(environment);
  const { lock } = (await state.read()).value;
  const { tookOver } = await acquireLock(state, {
    runId,
    holder: services.holder,
    engine: services.engine,
    step: null,
    wakeBy: new Date(state.now().getTime() + RESERVATION_IN_SECONDS * 1000).toISOString(),
    // This process alone drives the engine: what its earlier processes held is nobody's.
    ...(lock?.engine === services.engine && { goneFence: lock.fence }),
  });
  return tookOver;
}

/** Newest first. */
async function unfinishedRuns(services: Services, environment: string): Promise<readonly RunRequest[]> {
  const { runs } = services.stores(environment);
  const summaries = await runs.runs({ limit: 20 });
  const open = summaries.filter(({ status }) => status === 'running' || status === 'waiting_for_approval');
  const requests = await Promise.all(open.map(({ runId }) => runs.request(runId)));
  // Runs of other engines that share the storage are not ours to end. Older runs did not say whose they are.
  return requests.flatMap((request) => (request && ['', services.engine].includes(request.engine) ? [request] : []));
}

/** The newest run, when it failed or was stopped: its operations may still be in progress on Azure. */
async function lastUnsuccessful(services: Services, environment: string): Promise<string | null> {
  const [last] = await services.stores(environment).runs.runs({ limit: 1 });
  return last && last.status !== 'succeeded' ? last.runId : null;
}

function liveInstances(host: EmbeddedHost): readonly string[] {
  const ended = ['Completed', 'Failed', 'Terminated'];
  return host
    .instances()
    .flatMap(({ instanceId, runtimeStatus }) => (ended.includes(runtimeStatus) ? [] : [instanceId]));
}

async function abandon(services: Services, runId: string): Promise<void> {
  const environment = runId.slice(0, runId.lastIndexOf('-'));
  const { runs } = services.stores(environment);
  const summary = await runs.summary(runId);
  const finishedAt = services.clock.now().toISOString();
  if (summary) await runs.writeSummary({ ...summary, status: 'abandoned', finishedAt });
}

/** Leaves a run as it is for whoever comes next: its lock may be taken over at once. */
export async function parkRun(services: Services, environment: string, runId: string): Promise<void> {
  const { state } = services.stores(environment);
  await updateState(state, (current) => {
    if (current.lock?.runId !== runId) return current;
    return { ...current, lock: { ...current.lock, wakeBy: state.now().toISOString() } };
  });
}
