import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../domain/events.ts';
import { RUN_ID } from '../domain/run.ts';
import { systemClock } from '../shared/clock.ts';
import { breakLock } from '../state/lock.ts';
import { resetState } from '../state/reset.ts';
import { environmentView, lockView } from '../triggers/environment-view.ts';
import { type KnownRun, viewOf } from '../triggers/run-record.ts';
import { runOverview } from '../triggers/run-view.ts';
import { recordCancel, recordDecision } from '../triggers/wishes.ts';
import { type Deployments, type FollowEvents, runUnknown } from './deployments.ts';
import type { LocalStores } from './local-stores.ts';

const LOOK_AGAIN_IN_MS = 300;

/** Deployments whose stores this process reads itself. */
export function localDeployments(stores: LocalStores): Deployments {
  const { state, runs, environment, workspace } = stores;
  return {
    environment,
    location: state.location,
    async show() {
      const { value, etag } = await state.read();
      return etag === null ? undefined : environmentView(value);
    },
    document: async () => (await state.read()).value,
    runs: async (limit) => (await runs.runs({ limit })).map(runOverview),
    run: async (runId) => await viewOf(await known(stores, runId), ''),
    events: (runId, options) => events(stores, runId, options),
    async decide(runId, { planDigest, decision, comment }) {
      const mine = { planDigest, decision, by: workspace.holder, ...(comment !== undefined && { comment }) };
      await recordDecision(await known(stores, runId), mine, workspace.engine, systemClock);
    },
    cancel: async (runId) => await recordCancel(await known(stores, runId), workspace.holder, systemClock),
    async lock() {
      const { lock } = (await state.read()).value;
      return lock && lockView(lock);
    },
    async breakLock() {
      const lock = await breakLock(state);
      return lock && lockView(lock);
    },
    reset: async () => (await resetState(state)) ?? null,
  };
}

async function known(stores: LocalStores, runId: string): Promise<KnownRun> {
  if (!RUN_ID.test(runId)) throw runUnknown(runId);
  const [run, summary] = await Promise.all([stores.runs.request(runId), stores.runs.summary(runId)]);
  if (!run || !summary) throw runUnknown(runId);
  return { stores, run, summary };
}

async function* events(stores: LocalStores, runId: string, { follow, signal }: FollowEvents): AsyncGenerator<RunEvent> {
  await known(stores, runId);
  let position: string | undefined;
  for (let wasOver = false; ; ) {
    const page = await stores.runs.events(runId, position);
    position = page.position;
    yield* page.events;
    if (!follow || wasOver || page.events.some(({ type }) => type === 'run_completed')) return;
    if (page.events.length > 0) continue;
    // An abandoned run has no last event; one more page is read after its summary says that it is over.
    wasOver = (await stores.runs.summary(runId))?.finishedAt !== null;
    await sleep(LOOK_AGAIN_IN_MS, undefined, signal ? { signal } : {});
  }
}
