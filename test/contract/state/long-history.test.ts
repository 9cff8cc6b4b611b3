import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillHistory, templateOf } from '../../../bench/runs/long-history.ts';
import { rollbackOf } from '../../../src/engine/rollback.ts';
import { newestRun } from '../../../src/runs/newest-run.ts';
import { openBlobStorage } from '../../../src/state/blob/storage.ts';
import { newestChange } from '../../../src/state/newest-change.ts';
import type { DeploymentStorage } from '../../../src/state/ports.ts';
import { keptState } from '../../../src/state/restore.ts';
import { openTestApp } from '../../helpers/app-under-test.ts';
import { type Azurite, startAzurite } from '../../helpers/azurite.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const ENVIRONMENT = 'shop';
const HOUR_IN_MS = 60 * 60 * 1000;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

/** A storage, and how many requests it has been sent. */
function countedStorage(container: string): { readonly storage: DeploymentStorage; sent(): number } {
  const client = createDefaultHttpClient();
  let sent = 0;
  const transport: HttpClient = {
    sendRequest: (request) => {
      sent += 1;
      return client.sendRequest(request);
    },
  };
  return { storage: openBlobStorage(azurite, { container, transport }), sent: () => sent };
}

/** An environment with so many runs, half of them deployments and then as many plans, all of them over; and an app that starts no orchestration. */
async function openHistory(runs: number) {
  const size = runs / 2;
  const { storage, sent } = countedStorage(`history-${runs}`);
  await storage.prepare();
  const test = await openTestApp({ storage });
  const params = { environment: ENVIRONMENT };
  const headers = { 'content-type': 'application/yaml' };
  const body = await startableConfig();
  const stores = storage.environment(ENVIRONMENT);
  const { body: started } = await test.call('startDeployment', { params, headers, body });
  const { runId } = started as { runId: string };
  const template = await templateOf(stores, runId);
  const ended = { ...template.summary, status: 'succeeded' as const, finishedAt: template.summary.startedAt };
  await stores.runs.writeSummary(ended);
  const { value: state } = await stores.state.read();
  await stores.state.write({ ...state, lock: null }, (await stores.state.read()).etag);
  const { configDigest } = template.request;
  const kept = { runId, at: ended.startedAt, configDigest, images: {}, state };
  await stores.state.keepHistory(runId, kept);
  const now = test.app.clock.now();
  const deployments = { ...template, summary: ended, kept };
  await fillHistory(stores, deployments, {
    count: size,
    from: new Date(now.getTime() - size * 2000),
    everyMs: 1000,
    wholeOf: 1,
  });
  const looks = {
    request: { ...template.request, options: { ...template.request.options, dryRun: true } },
    summary: { ...ended, work: 'plan' as const },
  };
  const from = new Date(now.getTime() + 1000);
  const first = await fillHistory(stores, looks, { count: 1, from, everyMs: HOUR_IN_MS, wholeOf: 1 });
  const more = { ...looks, request: { ...looks.request, looksSince: first } };
  const rest = { count: size - 1, from: new Date(from.getTime() + HOUR_IN_MS), everyMs: HOUR_IN_MS, wholeOf: 1 };
  await fillHistory(stores, more, rest);
  test.advance((size + 2) * 3600);
  const config = await stores.runs.config(configDigest);
  return { ...test, sent, runId, stores, config, params, headers, body };
}

type History = Awaited<ReturnType<typeof openHistory>>;

const ASKED: Readonly<Record<string, (history: History) => Promise<unknown>>> = {
  'an environment': ({ call, params }) => call('showEnvironment', { params }),
  'all environments': ({ call }) => call('showOverview'),
  'the first page of runs': ({ call, params }) => call('listDeployments', { params, query: 'limit=5' }),
  'the runs before one': ({ runId, stores }) => stores.runs.runs({ limit: 5, before: runId }),
  'who asked last': ({ call, params }) => call('showAudit', { params, query: 'limit=5' }),
  'the newest run': ({ stores }) => newestRun(stores.runs.runs),
  'the newest change, behind all those plans': ({ stores }) => newestChange(stores.runs),
  'the state that is kept last': ({ stores }) => keptState(stores.state, undefined),
  'the run that a rollback goes back to': async ({ stores, runId, config }) =>
    await rollbackOf(stores, { rollbackTo: runId }, config),
  'a plan': (history) => startDeployment(history, 'dryRun=true'),
  'a deployment': (history) => startDeployment(history, 'autoApprove=true'),
};

async function startDeployment({ call, params, headers, body }: History, query: string): Promise<void> {
  expect(await call('startDeployment', { params, headers, body, query })).toMatchObject({ status: 202 });
}

/** Each is asked once before, so that what is read once in a process is not counted. */
async function requestsOf(history: History): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const [what, ask] of Object.entries(ASKED)) {
    if (what !== 'a deployment') await ask(history);
    const before = history.sent();
    await ask(history);
    counted[what] = history.sent() - before;
  }
  return counted;
}

it('a thousand runs cost as many requests as ten', async () => {
  const [few, many] = [await openHistory(10), await openHistory(1000)];
  expect((await newestChange(many.stores.runs))?.runId).toBe(many.runId);
  const ofFew = await requestsOf(few);
  expect(await requestsOf(many)).toEqual(ofFew);
  // What is kept of the run that was asked for last is remembered.
  expect(ofFew).toMatchObject({ 'an environment': 1, 'the newest run': 2, 'the run that a rollback goes back to': 0 });
});
