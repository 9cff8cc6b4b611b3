import { EXPIRY_HINT, expiryPhase, expiryText, isNoticed, withNotice } from '../../domain/expiry/expiry.ts';
import { isEmptyState } from '../../domain/removal/closed-state.ts';
import { NO_OPTIONS, type RunRequest } from '../../domain/run.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { Logger } from '../../shared/logger.ts';
import type { DeploymentStorage, EnvironmentStores } from '../../state/ports.ts';
import { updateState } from '../../state/update-state.ts';
import type { Engine } from '../engine.ts';
import { openRuns } from '../open-runs.ts';
import { newestConfig, prepareDestroy } from '../prepare-destroy.ts';
import type { RunServices } from '../services.ts';
import { startRun } from '../start-run.ts';

export interface ExpiryServices extends RunServices {
  readonly logger: Logger;
  readonly storage: Pick<DeploymentStorage, 'keyedCall'>;
}

/** After a deletion that did not succeed: what stood in its way is not gone within minutes. */
const TRIED_AGAIN_AFTER_IN_MS = 60 * 60 * 1000;

/** What became of an environment that was looked at: it has no end, or not yet; or this was done. */
export type Reaped = 'stays' | 'told' | 'waits' | 'forgotten' | { readonly runId: string };

/**
 * Tells of the end of an environment when it comes near, and starts the run that deletes it when it is there. One without a mark is
 * never touched. The run takes its place in the queue like any other, and looks again when its turn has come; so two that reap at
 * once, or a clock that is set back, delete nothing that was given more time.
 *
 * @param known the state as it was read a moment ago
 */
export async function reapExpired(services: ExpiryServices, engine: Engine, known: EnvironmentState): Promise<Reaped> {
  const { environment } = known;
  const stores = services.stores(environment);
  const told = await tellExpiry(services, stores, known);
  if (told !== 'due') return told;
  const { value: state } = await stores.state.read();
  const now = stores.state.now();
  if (!state.expires) return 'stays';
  if (isEmptyState(state)) return await forgetMark(services, stores, state);
  // Read before the others are looked at: whoever starts one meanwhile has this one's key, or is seen.
  const [newest] = await stores.runs.runs({ limit: 1 });
  if (await isBeingDeleted(stores, state, now)) return 'waits';
  const { runId } = await startRun(
    services,
    { kind: 'shared', engine, storage: services.storage },
    {
      environment,
      config: await newestConfig(stores),
      options: { ...NO_OPTIONS, autoApprove: true, destroy: await prepareDestroy(stores, EXPIRED) },
      source: null,
      waits: true,
      resetsState: false,
      trigger: 'timer',
      by: `expiry, set by ${state.expires.by}`,
      key: `expiry:${state.expires.at}:${newest?.runId ?? ''}`,
    },
  );
  services.logger.log('warning', `${environment} has expired at ${state.expires.at}: run ${runId} deletes it`);
  return { runId };
}

const EXPIRED = { keepData: false, include: [], expired: true };

/**
 * Tells, once, that the end is near or there.
 *
 * @returns `due`: it is there, and was told some minutes ago
 */
export async function tellExpiry(
  { logger }: Pick<ExpiryServices, 'logger'>,
  { state: store }: Pick<EnvironmentStores, 'state'>,
  known?: EnvironmentState,
): Promise<'stays' | 'told' | 'waits' | 'due'> {
  const state = known ?? (await store.read()).value;
  const now = store.now();
  const phase = expiryPhase(state, now);
  if (!state.expires || phase === undefined || phase === 'ahead') return 'stays';
  if (withNotice(state, now) !== state) {
    await updateState(store, (current) => withNotice(current, now));
    logger.log('warning', `${expiryText(state.environment, state.expires, now)} ${EXPIRY_HINT}`);
    return 'told';
  }
  return phase === 'due' && isNoticed(state.expires, now) ? 'due' : 'waits';
}

/** What was never made needs no deletion. */
async function forgetMark(
  { logger }: ExpiryServices,
  { state: store }: EnvironmentStores,
  { environment }: EnvironmentState,
): Promise<Reaped> {
  let isForgotten = false;
  await updateState(store, (current) => {
    const { expires, ...rest } = current;
    isForgotten = expires !== undefined && current.lock === null && isEmptyState(current);
    return isForgotten && expiryPhase(current, store.now()) === 'due' ? rest : current;
  });
  if (!isForgotten) return 'waits';
  logger.log('info', `${environment} has expired, and nothing was made in it`);
  return 'forgotten';
}

/** Whether a run does it already, or one did not succeed just now. */
async function isBeingDeleted(
  { runs }: EnvironmentStores,
  { last_run: last }: EnvironmentState,
  now: Date,
): Promise<boolean> {
  for (const { runId } of await openRuns(runs)) if (isByExpiry(await runs.request(runId))) return true;
  if (!last?.finished_at || last.status === 'succeeded' || !isByExpiry(await runs.request(last.run_id))) return false;
  const since = now.getTime() - Date.parse(last.finished_at);
  return since >= 0 && since < TRIED_AGAIN_AFTER_IN_MS;
}

function isByExpiry(request: RunRequest | undefined): boolean {
  return request?.options.destroy?.expired ?? false;
}
