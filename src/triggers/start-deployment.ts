import { ulid } from 'ulid';
import type { StartOptions } from '../domain/api/requests.ts';
import type { DeploymentConfig, ParsedConfig } from '../domain/config/model.ts';
import type { RunOptions, RunRequest } from '../domain/run.ts';
import { firstSummary, requestDigest } from '../domain/run-request.ts';
import { sha256 } from '../shared/json.ts';
import { acquireLock, acquireLockOrPlace, releaseLock } from '../state/lock.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import { resetState } from '../state/reset.ts';
import type { Engine } from './engine.ts';
import type { FrontDoor } from './front-door.ts';
import { HttpProblem } from './http/answer.ts';
import { fenceOfGoneRun } from './reconcile.ts';
import type { RunRecord } from './run-view.ts';

/** The reservation is good for this long; the run's first activity makes it its own. */
const RESERVATION_IN_SECONDS = 120;

export interface StartRequest {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly options: RunOptions;
  /** `sha256:<digest>`; null: no service is built. */
  readonly source: string | null;
  /** Takes a place in the queue of a busy environment. */
  readonly waits: boolean;
  /** Forgets what was deployed first. */
  readonly resetsState: boolean;
  readonly trigger: 'http' | 'blob';
  readonly by: string;
  /** Names the call: made again with the same key it answers the same run. */
  readonly key?: string;
}

export interface StartedRun {
  readonly runId: string;
  /** As it was made; absent when an earlier call made it. */
  readonly created?: RunRecord;
}

/**
 * Starts a run, or answers the one that the same call started before. The environment's lock is reserved first: when it
 * is busy nothing is written, unless the request waits in its queue.
 *
 * @throws LockedError, and HttpProblem 422 when the key was used for another request
 */
export async function startDeployment(door: FrontDoor, engine: Engine, start: StartRequest): Promise<StartedRun> {
  const { environment } = start;
  const request = await newRequest(door, start);
  const runId = await claimKey(door, start, request);
  const stores = door.storage.environment(environment);
  // Only another call with the same key can have made it already.
  if (runId !== request.runId && (await stores.runs.request(runId))) {
    // The first call may have ended before its orchestration was started.
    if ((await stores.runs.summary(runId))?.finishedAt === null) await engine.start({ environment, runId });
    return { runId };
  }
  if (start.resetsState) await resetState(stores.state);
  const created = request.options.dryRun
    ? await create(stores, { ...request, runId }, null)
    : await reserveAndCreate(door, engine, stores, { ...request, runId });
  try {
    await engine.start({ environment, runId });
  } catch (cause) {
    await giveUp(door, stores, runId);
    throw new HttpProblem(503, 'engine_unreachable', 'The durable engine could not start the run.', {
      headers: { 'retry-after': '5' },
      hint: `Nothing was deployed; ask again. ${cause instanceof Error ? door.mask(cause.message) : ''}`.trim(),
    });
  }
  return { runId, created };
}

async function newRequest(door: FrontDoor, start: StartRequest) {
  const { environment, config, options, source, trigger, by, waits } = start;
  const configDigest = await door.storage.environment(environment).runs.putConfig(config);
  return {
    runId: `${environment}-${ulid(door.clock.now().getTime())}`,
    environment,
    requestedAt: door.clock.now().toISOString(),
    requestedBy: by,
    configDigest,
    options,
    source,
    requestDigest: requestDigest({ configDigest, source, options, version: door.version }),
    productVersion: door.version,
    trigger,
    engine: door.engine,
    waits,
    adoptsOperationsOf: null,
  } satisfies RunRequest;
}

/** What a request to deploy a configuration asks for; `deployment.*` of it are the defaults, as on the command line. */
export function deploymentOf(
  { config }: ParsedConfig,
  options: StartOptions,
): Pick<StartRequest, 'config' | 'options' | 'source' | 'waits' | 'resetsState'> {
  const { deployment } = config;
  return {
    config,
    source: options.source ?? null,
    waits: options.onBusy === 'wait',
    resetsState: options.resetState,
    options: {
      dryRun: options.dryRun || deployment.dryRun,
      resume: options.resume || deployment.resume,
      autoApprove: options.autoApprove || (deployment.autoApprove ?? false),
      verbose: options.verbose || deployment.verbose,
      forceSteps: options.forceStep,
      forceAll: options.forceAll,
      adopt: options.adopt,
      allowReplace: options.allowReplace,
      refresh: options.refresh,
    },
  };
}

async function claimKey(door: FrontDoor, { key, environment }: StartRequest, request: RunRequest): Promise<string> {
  if (key === undefined) return request.runId;
  const call = {
    runId: request.runId,
    requestDigest: sha256(`${request.requestDigest} ${JSON.stringify(request.options)}`),
  };
  const first = await door.storage.keyedCall(environment, key, call);
  if (first.requestDigest === call.requestDigest) return first.runId;
  throw new HttpProblem(422, 'key_reused', 'This Idempotency-Key was used for another request.', {
    hint: `Use a new key for each request; this one started ${first.runId}.`,
  });
}

async function reserveAndCreate(
  door: FrontDoor,
  engine: Engine,
  stores: EnvironmentStores,
  request: RunRequest,
): Promise<RunRecord> {
  const { state, runs } = stores;
  const known = await state.read();
  const goneFence = await fenceOfGoneRun(door, engine, known.value);
  const lock = {
    runId: request.runId,
    holder: door.holder,
    engine: door.engine,
    step: null,
    wakeBy: new Date(state.now().getTime() + RESERVATION_IN_SECONDS * 1000).toISOString(),
    ...(goneFence !== undefined && { goneFence }),
    known,
  };
  const acquire = async () =>
    request.waits
      ? await acquireLockOrPlace(state, { ...lock, trigger: request.trigger })
      : { kind: 'acquired' as const, ...(await acquireLock(state, lock)) };
  const [answer, last] = await Promise.all([acquire(), lastUnsuccessful(runs)]);
  const tookOver = answer.kind === 'acquired' ? answer.tookOver?.runId : undefined;
  // A run that ends writes its summary before it gives the lock back: what was read beside the lock's write counts when the
  // lock was free before it, and nobody held it in between.
  const isSure =
    known.value.lock === null && answer.kind === 'acquired' && answer.state.fence === known.value.fence + 1;
  const adoptsOperationsOf = tookOver ?? (isSure ? last : await lastUnsuccessful(runs));
  return await create(stores, { ...request, adoptsOperationsOf }, answer.kind === 'acquired' ? null : answer.place);
}

async function create({ runs }: EnvironmentStores, request: RunRequest, place: number | null): Promise<RunRecord> {
  const summary = firstSummary(request, place === null ? 'running' : 'queued');
  await runs.create(request);
  await runs.writeSummary(summary);
  return { request, summary, plan: undefined, events: [], place, cancelRequested: false };
}

/** The newest run, when it failed or was stopped: its operations may still be in progress on Azure. */
async function lastUnsuccessful(runs: EnvironmentStores['runs']): Promise<string | null> {
  const [last] = await runs.runs({ limit: 1 });
  return last && last.status !== 'succeeded' && last.finishedAt !== null ? last.runId : null;
}

async function giveUp(door: FrontDoor, { state, runs }: EnvironmentStores, runId: string): Promise<void> {
  await releaseLock(state, runId);
  const summary = await runs.summary(runId);
  const error = { code: 'engine_unreachable', message: 'the durable engine could not start the run' };
  const finishedAt = door.clock.now().toISOString();
  if (summary) await runs.writeSummary({ ...summary, status: 'failed', finishedAt, error });
}
