import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { openBlobStorage } from '../../../src/state/blob/storage.ts';
import { acquireLock, releaseLock } from '../../../src/state/lock.ts';
import type { DeploymentStorage, EnvironmentStores } from '../../../src/state/ports.ts';
import { StateConflict, updateState } from '../../../src/state/update-state.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { type BlobService, startBlobService } from '../../helpers/blobs/blob-service.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const LATER = { runId: 'staging-01M8434Z00VB7SSV72CDKWWDXZ', holder: 'b', engine: 'functions:b', step: null } as const;

let service: BlobService;

beforeAll(async () => {
  service = await startBlobService();
});
afterAll(() => service.close());

interface Scene {
  readonly test: TestApp;
  readonly stores: EnvironmentStores;
  /** The same storage as another process sees it. */
  readonly beside: EnvironmentStores;
  start(headers?: Readonly<Record<string, string>>): ReturnType<TestApp['call']>;
  /** What was asked of the storage since the last time, with the run's own names made one. */
  asked(): readonly string[];
}

/** An app that knows of its environment that the run before, which it saw end, succeeded. */
async function scene(around: (stores: EnvironmentStores) => EnvironmentStores = (stores) => stores): Promise<Scene> {
  for (const name of service.blobs.names()) service.blobs.remove(name);
  const open = (): DeploymentStorage => openBlobStorage({ connectionString: service.connectionString });
  const opened = open();
  const storage = { ...opened, environment: (name: string) => around(opened.environment(name)) };
  const stores = opened.environment('staging');
  const last_run = { run_id: 'staging-01M8434Z00VB7SSV72CDKWWDXY', status: 'succeeded', finished_at: 't', serial: 1 };
  await stores.state.write({ ...emptyState('staging'), last_run }, null);
  const test = await openTestApp({ storage });
  let seen = service.requests().length;
  return {
    test,
    stores,
    beside: open().environment('staging'),
    start: (headers = {}) => startIn(test, headers),
    asked() {
      const since = service.requests().slice(seen);
      seen = service.requests().length;
      return since.map(({ method, path }) => {
        const plain = path.replace(/^azure-deployment-state[/.]/, '').replaceAll(/[0-9A-Z]{26}|[0-9a-f]{64}/g, '*');
        return `${method} ${plain}`;
      });
    },
  };
}

async function startIn(test: TestApp, headers: Readonly<Record<string, string>> = {}): ReturnType<TestApp['call']> {
  return await test.call('startDeployment', {
    params: { environment: 'staging' },
    headers: { 'content-type': 'application/yaml', ...headers },
    body: await startableConfig(),
  });
}

function requestsMade(): readonly string[] {
  return service.blobs.names().filter((name) => name.endsWith('/request.json'));
}

it('reads nothing, and writes all but the summary beside the lock', async () => {
  const { start, asked, stores } = await scene();
  const { status, body } = await start();
  const requests = asked();
  expect(status).toBe(202);
  expect(requests.slice(0, 4).toSorted()).toEqual([
    'PUT configs/staging/*.json',
    'PUT runs/staging/staging-*/events/000001.ndjson',
    'PUT runs/staging/staging-*/request.json',
    'PUT staging.json',
  ]);
  expect(requests.slice(4)).toEqual(['PUT summaries/staging/*.json', 'PUT audit/staging/*.json']);
  const { lock } = (await stores.state.read()).value;
  expect(lock).toMatchObject({ runId: (body as RunView).runId, fence: 1 });
});

it('goes by the document that another process wrote meanwhile, and starts one run', async () => {
  const { start, beside, asked } = await scene();
  await updateState(beside.state, (current) => ({ ...current, resource_group: 'theirs' }));
  asked();
  const { status, body } = await start();
  expect(status).toBe(202);
  expect(asked()).toContain('GET staging.json');
  const { value } = await beside.state.read();
  expect(value).toMatchObject({ resource_group: 'theirs', fence: 1, lock: { runId: (body as RunView).runId } });
  expect(requestsMade()).toHaveLength(1);
});

it('hands on what a run of another process left that came and went meanwhile', async () => {
  const { start, beside, stores, test } = await scene();
  const other = await openTestApp({ storage: { ...test.app.storage, environment: () => beside } });
  const left = (await startIn(other)).body as RunView;
  const summary = await beside.runs.summary(left.runId);
  if (summary) await beside.runs.writeSummary({ ...summary, status: 'failed', finishedAt: 't' });
  await releaseLock(beside.state, left.runId);
  test.advance(1);
  const { runId } = (await start()).body as RunView;
  expect((await stores.runs.request(runId))?.adoptsOperationsOf).toBe(left.runId);
});

it('is refused where another process has the lock by now, and leaves nothing', async () => {
  const { start, beside } = await scene();
  await acquireLock(beside.state, { ...LATER, wakeBy: '2999-01-01T00:00:00Z' });
  expect(await start()).toMatchObject({ status: 409, body: { code: 'state_locked' } });
  expect((await beside.state.read()).value.lock?.runId).toBe(LATER.runId);
  expect(requestsMade()).toEqual([]);
  expect(service.blobs.names().filter((name) => /\/(runs|summaries)\//.test(name))).toEqual([]);
});

it('knows its own lock again when the answer to its write was lost', async () => {
  let isLost = false;
  const { start, beside } = await scene(({ state, runs }) => ({
    runs,
    state: {
      ...state,
      async write(...given) {
        const written = await state.write(...given);
        if (isLost) return written;
        isLost = true;
        throw new StateConflict('sent again after its own success');
      },
    },
  }));
  const { status, body } = await start();
  expect([status, isLost]).toEqual([202, true]);
  expect((await beside.state.read()).value.lock?.runId).toBe((body as RunView).runId);
  expect(requestsMade()).toHaveLength(1);
});

it('a call with the key of one that was killed before its summary makes that run to its end', async () => {
  let isKilled = false;
  const { start, beside, test } = await scene(({ state, runs }) => ({
    state,
    runs: {
      ...runs,
      async writeSummary(summary) {
        if (isKilled) return await runs.writeSummary(summary);
        isKilled = true;
        throw new Error('killed');
      },
    },
  }));
  await expect(start({ 'idempotency-key': 'once' })).rejects.toThrow('killed');
  const { lock } = (await beside.state.read()).value;
  const { status, body } = await start({ 'idempotency-key': 'once' });
  expect([status, (body as RunView).runId]).toEqual([202, lock?.runId]);
  expect(test.engine.started).toEqual([lock?.runId]);
  expect(requestsMade()).toHaveLength(1);
});
