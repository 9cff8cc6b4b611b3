import type { RunRequest } from '../domain/run.ts';
import { firstSummary } from '../domain/runs/run-request.ts';
import type { Lock } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import { releaseLock } from '../state/lock.ts';
import { rowOfLooks } from '../state/newest-change.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import { resetState } from '../state/reset.ts';
import { type EarlierRun, runOfKey } from './earlier-call.ts';
import type { Engine } from './engine.ts';
import { renewExpiry } from './expiry/renew-expiry.ts';
import { handedOn } from './handover/handed-on.ts';
import { replaceOthers, resumableRun, unfinishedRuns } from './handover/unfinished-runs.ts';
import { newRequest } from './new-request.ts';
import { reserve } from './reservation.ts';
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
  const [request, known] = await Promise.all([newRequest(services, start), stores.state.read()]);
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
  const created = await create(services, stores, { ...request, ...handed, ...row, runId, adoptsOperationsOf }, place);
  await startEngine(services, where, created.request);
  return { runId, resumed: false, tookOver, created };
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

async function create(
  services: RunServices,
  { runs }: EnvironmentStores,
  request: RunRequest,
  place: number | null,
): Promise<RunRecord> {
  const summary = firstSummary(request, place === null ? 'running' : 'queued', services);
  await runs.create(request);
  await runs.writeSummary(summary);
  return { request, summary, plan: undefined, events: [], place, cancelRequested: false };
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
