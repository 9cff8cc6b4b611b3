import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditEntry, DONE } from '../../domain/audit.ts';
import type { RunEvent } from '../../domain/events.ts';
import { recordCall } from '../../runs/audit/record-call.ts';
import { cancelRun, decideRun } from '../../runs/decisions.ts';
import type { Deployments, DeploymentWork, FollowEvents } from '../../runs/deployments.ts';
import { environmentView, lockView } from '../../runs/environment-view.ts';
import { knownRun, viewOf } from '../../runs/known-run.ts';
import { readOn } from '../../runs/reading/read-on.ts';
import { runOverview } from '../../runs/run-view.ts';
import type { RunServices } from '../../runs/services.ts';
import { systemClock } from '../../shared/clock.ts';
import { isJsonObject } from '../../shared/json.ts';
import { productVersion } from '../../shared/product-version.ts';
import { forgetResource } from '../../state/forget.ts';
import { breakLock } from '../../state/lock.ts';
import { resetState } from '../../state/reset.ts';
import type { LocalStores } from './find-stores.ts';
import type { LocalRuns } from './local-runs.ts';

const LOOK_AGAIN_IN_MS = 300;

/**
 * Deployments whose stores this process reads itself.
 * @param loadRuns what plans and runs; loaded when it is first needed, since most commands only look
 * @param lookAtServices asks the cloud, without what a run needs
 */
export function localDeployments(
  stores: LocalStores,
  loadRuns: () => Promise<LocalRuns>,
  lookAtServices: Deployments['services'],
): Deployments {
  const { state, runs, environment, workspace } = stores;
  const services: RunServices = {
    clock: systemClock,
    holder: workspace.holder,
    engine: workspace.engine,
    version: productVersion(),
    stores: () => stores,
    // What a person writes at this terminal is kept as it is.
    mask: (text) => text,
  };
  let local: LocalRuns | undefined;
  const own = async (): Promise<LocalRuns> => {
    local ??= await loadRuns();
    return local;
  };
  /** Written down when it was done; where that cannot be, the command fails, and done again it does no more. */
  async function recorded<Result>({ operation, runId }: Asked, act: () => Promise<Result>): Promise<Result> {
    const result = await act();
    const about = { operation, environment, runId: runId ?? runIdIn(result), outcome: DONE };
    await recordCall(services, { by: workspace.holder, from: 'command', ...about });
    return result;
  }

  return {
    environment,
    location: state.location,
    drivesRuns: true,
    async show() {
      const { value, etag } = await state.read();
      return etag === null ? undefined : environmentView(value, state.now());
    },
    document: async () => (await state.read()).value,
    runs: async (page) => (await runs.runs(page)).map(runOverview),
    audit: (limit) => runs.audit({ limit }),
    run: async (runId) => await viewOf(await knownRun(stores, runId), ''),
    events: (runId, options) =>
      options.follow && local?.engineOf(runId)
        ? local.follow(runId, options.signal)
        : storedEvents(stores, runId, options),
    // A simulator is for one process at a time.
    services: async () => await (local ? local.services() : lookAtServices()),
    drift: async () => await (await own()).drift(),
    plan: async (request) => await (await own()).plan(request),
    start: async (request) =>
      await recorded({ operation: OPERATIONS[request.work.kind], runId: null }, async () =>
        (await own()).start(request),
      ),
    async decide(runId, { planDigest, decision, comment, confirm, acceptCost }) {
      const given = {
        ...(comment !== undefined && { comment }),
        ...(confirm !== undefined && { confirm }),
        ...(acceptCost !== undefined && { acceptCost }),
      };
      const mine = { planDigest, decision, by: workspace.holder, ...given };
      await recorded({ operation: 'decideApproval', runId }, async () =>
        decideRun(services, local?.engineOf(runId), await knownRun(stores, runId), mine),
      );
    },
    cancel: (runId) =>
      recorded({ operation: 'cancelDeployment', runId }, async () =>
        cancelRun(services, local?.engineOf(runId), await knownRun(stores, runId), workspace.holder),
      ),
    leave: async (runId) => await local?.leave(runId),
    async lock() {
      const { lock } = (await state.read()).value;
      return lock && lockView(lock);
    },
    async breakLock(runId) {
      const lock = await recorded({ operation: 'breakLock', runId: null }, () => breakLock(state, runId));
      return lock && lockView(lock);
    },
    forget: (name) => recorded({ operation: 'forgetResource', runId: null }, () => forgetResource(state, name)),
    reset: async () => (await recorded({ operation: 'resetState', runId: null }, () => resetState(state))) ?? null,
    close: async () => await local?.close(),
  };
}

type Asked = Pick<AuditEntry, 'operation' | 'runId'>;

/** As the routes that do the same are called; a repair has none. */
const OPERATIONS: Readonly<Record<DeploymentWork['kind'], string>> = {
  deploy: 'startDeployment',
  rollback: 'rollback',
  destroy: 'destroyEnvironment',
  repair: 'repair',
};

function runIdIn(result: unknown): string | null {
  return isJsonObject(result) && typeof result.runId === 'string' ? result.runId : null;
}

/** The events of a run that another process drives, or that has ended. */
async function* storedEvents(
  stores: LocalStores,
  runId: string,
  { follow, signal }: FollowEvents,
): AsyncGenerator<RunEvent> {
  await knownRun(stores, runId);
  let position: string | undefined;
  const told = new Set<string>();
  for (let wasOver = false; ; ) {
    const { page } = await readOn((after) => stores.runs.events(runId, after), position);
    position = page.position;
    const fresh = page.events.filter(({ id }) => !told.has(id));
    for (const { id } of fresh) told.add(id);
    yield* fresh;
    if (!follow || wasOver || page.events.some(({ type }) => type === 'run_completed')) return;
    if (page.events.length > 0) continue;
    // An abandoned run has no last event; one more page is read after its summary says that it is over.
    wasOver = (await stores.runs.summary(runId))?.finishedAt !== null;
    await sleep(LOOK_AGAIN_IN_MS, undefined, signal ? { signal } : {});
  }
}
