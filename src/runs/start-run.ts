import type { RunRequest } from '../domain/run.ts';
import { firstSummary } from '../domain/runs/run-request.ts';
import type { EnvironmentState, Lock } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import { releaseLock } from '../state/lock.ts';
import { rowOfLooks } from '../state/newest-change.ts';
import type { EnvironmentStores, Versioned } from '../state/ports.ts';
import { resetState } from '../state/reset.ts';
import { type EarlierRun, runOfKey } from './earlier-call.ts';
import type { Engine } from './engine.ts';
import { renewExpiry } from './expiry/renew-expiry.ts';
import { handedOn } from './handover/handed-on.ts';
import { replaceOthers, resumableRun, unfinishedRuns } from './handover/unfinished-runs.ts';
import { newRequest } from './new-request.ts';
import { isAsSucceeded, reserve, reserveAsKnown } from './reservation.ts';
import type { RunRecord } from './run-view.ts';
import type { RunServices } from './services.ts';
import type { StartEngine, StartRequest } from './start-request.ts';

export interface StartedRun {
  readonly runId: string;
  /** An unfinished run of the same request goes on. */
  readonly resumed: boolean;
  /** The lock of another run that was taken over, because its holder is gone or late. */
  readonly tookOver: Lock | undefined;
  /** As it was made; absent when it was there already. */
  readonly created?: RunRecord;
}

/**
 * Starts a run, once: a call that is repeated with its key, or the request of a run that is unfinished here, finds the run
 * that is there. The environment's lock is reserved first: when it is busy nothing is written, unless the request waits in
 * its queue.
 *
 * @throws LockedError; UserError `key_reused` when the key was used for another request, `engine_unreachable`
 */
export async function startRun(services: RunServices, where: StartEngine, start: StartRequest): Promise<StartedRun> {
  const { environment } = start;
  const stores = services.stores(environment);
  const request = newRequest(services, start);
  if (
    where.kind === 'shared' &&
    start.known &&
    isAsSucceeded(start.known.value) &&
    !start.resetsState &&
    !request.options.dryRun
  )
    return await startAtOnce(services, where, request, { ...start, known: start.known });
  const [known] = await Promise.all([stores.state.read(), stores.runs.putConfig(start.config)]);
  const unfinished = where.kind === 'exclusive' ? await unfinishedRuns(services, environment) : [];
  const earlier: EarlierRun =
    where.kind === 'exclusive'
      ? await resumableRun(services, where.engine, request, start.isNew ? [] : unfinished)
      : await runOfKey(where.storage, stores, start.key, request);
  const { runId } = earlier;
  if (where.kind === 'shared' && earlier.isThere) return await repeat(where.engine, stores, environment, runId);
  if (start.resetsState) await resetState(stores.state);
  const { place, tookOver, predecessor } = await reserve(services, where, stores, {
    request: { ...request, runId },
    ...(!start.resetsState && { known }),
  });
  if (where.kind === 'exclusive') {
    await replaceOthers(services, where.engine, unfinished, { environment, runId });
    if (earlier.isThere) {
      await stores.runs.withdrawCancel(runId);
      await renewExpiry(stores.state, request);
      return { runId, resumed: true, tookOver };
    }
  }
  const adoptsOperationsOf = unfinished[0]?.runId ?? predecessor;
  // Who waits has others before it, which may do what was left.
  const handed = place === null ? await handedOn(stores, request.options, adoptsOperationsOf) : {};
  const since = request.options.dryRun ? await rowOfLooks(stores.runs, runId) : undefined;
  const row = since === undefined ? {} : { looksSince: since };
  const made = { ...request, ...handed, ...row, runId, adoptsOperationsOf };
  await stores.runs.create(made);
  return { ...(await startMade(services, where, made, place)), tookOver };
}

/**
 * The same in an environment of which the document says that nobody has it and that the run before succeeded: there is nothing to hand
 * on, and nothing waits for the lock but the summary, by which others know of the run. Killed before that, it leaves a lock that counts as
 * gone, and a request that nobody knows of. A call that is repeated with its key makes the same run to its end.
 *
 * @throws StateConflict: by now the document is another one, and of this run there is nothing
 */
async function startAtOnce(
  services: RunServices,
  where: StartEngine & { readonly kind: 'shared' },
  request: RunRequest,
  { config, key, known }: StartRequest & { readonly known: Versioned<EnvironmentState> },
): Promise<StartedRun> {
  const { environment } = request;
  const stores = services.stores(environment);
  const configStored = stores.runs.putConfig(config);
  // Whoever needs it hears of it.
  configStored.catch(() => undefined);
  const { runId, isThere } = await runOfKey(where.storage, stores, key, request, configStored);
  if (isThere) return await repeat(where.engine, stores, environment, runId);
  const made = { ...request, runId };
  const making = [configStored, stores.runs.create(made)];
  const [reserved] = await Promise.allSettled([reserveAsKnown(services, stores.state, runId, known), ...making]);
  // With a key another call may be making the same run.
  if (reserved.status === 'rejected' && key === undefined) await stores.runs.remove(runId);
  if (reserved.status === 'rejected') throw reserved.reason;
  await Promise.all(making);
  return await startMade(services, where, made, null);
}

/** The first call may have ended before its orchestration was started. */
async function repeat(
  engine: Engine,
  { runs }: EnvironmentStores,
  environment: string,
  runId: string,
): Promise<StartedRun> {
  if ((await runs.summary(runId))?.finishedAt === null) await engine.start({ environment, runId });
  return { runId, resumed: false, tookOver: undefined };
}

/** Lets others know of a run whose request is stored, and starts it. */
async function startMade(
  services: RunServices,
  where: StartEngine,
  request: RunRequest,
  place: number | null,
): Promise<StartedRun> {
  const { runId, environment } = request;
  const summary = firstSummary(request, place === null ? 'running' : 'queued', services);
  await services.stores(environment).runs.writeSummary(summary);
  await startEngine(services, where, request);
  const created = { request, summary, plan: undefined, events: [], place, cancelRequested: false };
  return { runId, resumed: false, tookOver: undefined, created };
}

async function startEngine(
  services: RunServices,
  { kind, engine }: StartEngine,
  { environment, runId }: RunRequest,
): Promise<void> {
  try {
    await engine.start({ environment, runId });
  } catch (cause) {
    // A command's run that was not started is abandoned by the next command.
    if (kind === 'exclusive') throw cause;
    await giveUp(services, environment, runId);
    throw new UserError('The durable engine could not start the run.', {
      code: 'engine_unreachable',
      hint: `Nothing was deployed; ask again. ${cause instanceof Error ? services.mask(cause.message) : ''}`.trim(),
      cause,
    });
  }
}

async function giveUp(services: RunServices, environment: string, runId: string): Promise<void> {
  const { state, runs } = services.stores(environment);
  await releaseLock(state, runId);
  const summary = await runs.summary(runId);
  const error = { code: 'engine_unreachable', message: 'the durable engine could not start the run' };
  const finishedAt = services.clock.now().toISOString();
  if (summary) await runs.writeSummary({ ...summary, status: 'failed', finishedAt, error });
}
