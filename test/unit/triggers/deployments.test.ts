import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/domain/api/problem.ts';
import type { RunPage, RunView } from '../../../src/domain/api/views.ts';
import { NO_OPTIONS, type RunRequest } from '../../../src/domain/run.ts';
import { firstSummary } from '../../../src/domain/runs/run-request.ts';
import { acquireLock, releaseLock } from '../../../src/state/lock.ts';
import type { EnvironmentStores } from '../../../src/state/ports.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { DEFAULT_LIMITS } from '../../../src/triggers/app-services.ts';
import { type CallOptions, openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { exampleConfig, startableConfig } from '../../helpers/example-config.ts';

const CONFIG = await startableConfig();
const YAML = { 'content-type': 'application/yaml' };

function start(test: TestApp, options: CallOptions = {}) {
  return test.call('startDeployment', {
    params: { environment: 'staging' },
    body: CONFIG,
    ...options,
    headers: { ...YAML, ...options.headers },
  });
}

describe('starting a deployment', () => {
  it('reserves the environment, stores the request and starts its orchestration', async () => {
    const test = await openTestApp();
    const { status, headers, body } = await start(test, { query: 'autoApprove=true&forceStep=create_databases' });
    const run = body as RunView;
    expect(status).toBe(202);
    expect(headers).toMatchObject({ location: `/api/deployments/${run.runId}`, 'retry-after': '2' });
    expect(run).toMatchObject({ environment: 'staging', status: 'running', requestedBy: 'key', trigger: 'http' });
    expect(test.engine.started).toEqual([run.runId]);
    const stores = test.storage.environment('staging');
    expect((await stores.state.read()).value.lock).toMatchObject({ runId: run.runId, engine: 'functions:app' });
    expect((await stores.runs.request(run.runId))?.options).toMatchObject({
      autoApprove: true,
      forceSteps: ['create_databases'],
    });
  });

  it('is refused at once where images have to be built, and no sources are named; a dry run is not', async () => {
    const test = await openTestApp();
    const body = await exampleConfig();
    const refused = await start(test, { body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'source_missing' } });
    expect(refused.body).toMatchObject({
      detail: expect.stringContaining('api_gateway, '),
      hint: expect.stringContaining('POST /api/sources'),
    });
    expect(test.engine.started).toEqual([]);
    expect((await start(test, { body, query: 'dryRun=true' })).status).toBe(202);
    const built = body.replace(/^docker:\n/m, 'deployment: { skip_build: true }\ndocker:\n');
    expect((await start(test, { body: built, query: 'onBusy=wait' })).status).toBe(202);
  });

  it('takes options from a JSON body, and those of the query before them', async () => {
    const test = await openTestApp();
    const body = JSON.stringify({ config: CONFIG, options: { forceAll: true, autoApprove: true } });
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const answer = await start(test, { body, headers, query: 'autoApprove=false' });
    const { runId } = answer.body as RunView;
    const request = await test.storage.environment('staging').runs.request(runId);
    expect(request?.options).toMatchObject({ forceAll: true, autoApprove: false });
  });

  it('is refused with its place where a service needs what the file does not ask for, unless the environment has it', async () => {
    const test = await openTestApp();
    const body = CONFIG.replace(/redis:\n( .*\n)+/, '');
    const refused = await start(test, { body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'config_invalid' } });
    const line = body.split('\n').findIndex((text) => text.startsWith('  speaker_service:')) + 2;
    expect((refused.body as Problem).problems).toEqual([
      expect.objectContaining({ path: 'services.speaker_service.env.REDIS_URL', line, column: expect.any(Number) }),
    ]);
    const { state } = test.storage.environment('staging');
    const redis = { id: '/x/cache-1', type: 'x', step: 'create_databases', holds_data: true, immutable: {} } as const;
    await updateState(state, (current) => ({ ...current, resources: { redis } }));
    expect((await start(test, { body, query: 'resetState=true' })).status).toBe(400);
    expect((await start(test, { body })).status).toBe(202);
  });

  it('refuses a key for a request that asks for other sections', async () => {
    const test = await openTestApp();
    const headers = { 'idempotency-key': 'build-18' };
    const body = CONFIG.replace(/monitoring:\n( .*\n)+/, '');
    expect((await start(test, { headers, body })).status).toBe(202);
    const other = await start(test, { headers, body: `${body}\nmonitoring: { log_workspace: draftgenie-logs }\n` });
    expect(other).toMatchObject({ status: 422, body: { code: 'key_reused' } });
    expect((await start(test, { headers, body })).status).toBe(202);
  });

  it('answers the same run for the same key, and refuses the key for anything else', async () => {
    const test = await openTestApp();
    const headers = { 'idempotency-key': 'build-17' };
    const first = (await start(test, { headers })).body as RunView;
    test.advance(60);
    expect((await start(test, { headers })).body).toMatchObject({ runId: first.runId });
    expect(test.engine.started).toEqual([first.runId, first.runId]);
    const other = await start(test, { headers, query: 'forceAll=true' });
    expect(other).toMatchObject({ status: 422, body: { code: 'key_reused' } });
  });

  it('goes on with what a run left that came and failed while the start was looking', async () => {
    const { storage, app } = await openTestApp();
    const { state, runs } = storage.environment('staging');
    const other = 'staging-01M8434Z00VB7SSV72CDKWWDXY';
    let reads = 0;
    // Asked what the environment is made from, and then, when the start has read a free lock and no run and before it takes the lock,
    // the other run is there and gone.
    const racing: EnvironmentStores = {
      state: {
        ...state,
        async read() {
          const known = await state.read();
          reads += 1;
          if (reads !== 2) return known;
          const wakeBy = '2026-01-01T00:10:00Z';
          await acquireLock(state, { runId: other, holder: 'x', engine: 'x', step: null, wakeBy });
          await releaseLock(state, other);
          return known;
        },
      },
      runs: {
        ...runs,
        runs: async () => {
          const hasLocked = (await state.read()).value.lock !== null;
          const lost = { runId: other, options: NO_OPTIONS } as RunRequest;
          const summary = { ...firstSummary(lost, 'running', {}), status: 'failed' as const };
          return hasLocked ? [{ ...summary, finishedAt: '2026-01-01T00:00:30Z' }] : [];
        },
      },
    };
    const test = await openTestApp({ storage: { ...app.storage, environment: () => racing } });
    const { runId } = (await start(test)).body as RunView;
    expect((await runs.request(runId))?.adoptsOperationsOf).toBe(other);
  });

  it('tells who holds a busy environment, or gives a place in the queue', async () => {
    const test = await openTestApp();
    const first = (await start(test)).body as RunView;
    const refused = await start(test);
    expect(refused).toMatchObject({ status: 409, body: { code: 'state_locked', lock: { runId: first.runId } } });
    const second = await start(test, { query: 'onBusy=wait' });
    expect(second).toMatchObject({ status: 202, body: { status: 'queued', place: 1 } });
    expect(await start(test, { query: 'onBusy=wait' })).toMatchObject({ body: { status: 'queued', place: 2 } });
  });

  it('lets one of fifty at once through', async () => {
    const test = await openTestApp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => start(test)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, ...Array.from({ length: 49 }, () => 409)]);
    expect(test.engine.started).toHaveLength(1);
  });

  it('never takes a run that has just begun for a dead one', async () => {
    const test = await openTestApp();
    const first = (await start(test)).body as RunView;
    test.engine.alive.delete(first.runId);
    expect((await start(test)).status).toBe(409);
    test.advance(121);
    const next = await start(test);
    expect(next.status).toBe(202);
    const { runId } = next.body as RunView;
    const request = await test.storage.environment('staging').runs.request(runId);
    expect(request?.adoptsOperationsOf).toBe(first.runId);
  });

  it('gives everything back when the engine cannot be reached', async () => {
    const test = await openTestApp();
    test.engine.failNextStart = true;
    expect(await start(test)).toMatchObject({ status: 503, body: { code: 'engine_unreachable' } });
    expect((await test.storage.environment('staging').state.read()).value.lock).toBeNull();
    expect((await start(test)).status).toBe(202);
  });

  it('refuses unknown keys, or tells them as warnings of its answer, to a repeated call too', async () => {
    const test = await openTestApp();
    const body = `${CONFIG}\npostgres: { server_name: x }\n`;
    const refused = await start(test, { body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'config_invalid', problems: [{ path: 'postgres' }] } });
    const warning = {
      path: 'postgres',
      message: 'unknown key, ignored; did you mean postgresql? [unknown_key]',
      column: 1,
    };
    for (const headers of [{ 'idempotency-key': 'k' }, { 'idempotency-key': 'k' }]) {
      const answer = await start(test, { body, headers, query: 'allowUnknownKeys=true' });
      expect(answer).toMatchObject({ status: 202, body: { warnings: [warning] } });
    }
    expect(((await start(await openTestApp())).body as RunView).warnings).toBeUndefined();
  });

  it('tells every problem of the configuration with its place, and stores nothing', async () => {
    const test = await openTestApp();
    const body = CONFIG.replace('location: "eastus"', 'location: 7').replace('port: 3000', 'port: "x"');
    const answer = await start(test, { body });
    const { problems = [] } = answer.body as Problem;
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(problems.map(({ path }) => path)).toEqual(['azure.location', 'services.api_gateway.port']);
    expect(problems.every(({ line = 0, column = 0 }) => line > 1 && column > 1)).toBe(true);
    expect(await test.storage.environments()).toEqual([]);
  });

  it('refuses secret values, and variables that this app has not got', async () => {
    const test = await openTestApp();
    const literal = await start(test, { body: CONFIG.replace('"env:GEMINI_API_KEY"', '"AIza-very-secret"') });
    expect(literal).toMatchObject({ status: 400, body: { problems: [{ path: 'secrets.gemini_api_key' }] } });
    expect(JSON.stringify(literal)).not.toContain('AIza');
    const missing = await start(test, { body: CONFIG.replace('env:GEMINI_API_KEY', 'env:MISSING') });
    expect(missing.status).toBe(400);
    expect(JSON.stringify(missing.body)).toContain('DRAFTGENIE_SECRET_MISSING');
  });

  it.each([
    ['query=1', 'unknown option; allowed are dryRun'],
    ['forceStep=create_database', 'Invalid option'],
    ['autoApprove=maybe', 'boolean'],
    ['source=../../etc', 'sha256:'],
    [`source=sha256:${'a'.repeat(64)}`, 'There is no source archive'],
  ])('refuses the query %s and says what is allowed', async (query, words) => {
    const test = await openTestApp();
    const answer = await start(test, { query });
    expect(answer.status).toBe(400);
    expect((answer.body as Problem).detail).toContain(words);
  });

  it.each(['', 'UPPER', '..', 'a/b', '-a', `a${'b'.repeat(39)}`])(
    'takes %j for no environment',
    async (environment) => {
      const test = await openTestApp();
      expect(await start(test, { params: { environment } })).toMatchObject({ status: 400 });
    },
  );

  it('refuses other content, broken text and broken JSON', async () => {
    const test = await openTestApp();
    const xml = await start(test, { headers: { 'content-type': 'application/xml' } });
    expect(xml).toMatchObject({ status: 415, body: { code: 'content_type_unsupported' } });
    expect((await start(test, { body: new Uint8Array([0x61, 0xff, 0xfe]) })).status).toBe(400);
    expect((await start(test, { body: '{', headers: { 'content-type': 'application/json' } })).status).toBe(400);
  });

  it('reads no more of a body than the limit, however long it is or says it is', async () => {
    const limits = { ...DEFAULT_LIMITS, bodyInBytes: 1000 };
    const test = await openTestApp({ limits });
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 1;
        // Far beyond the limit it ends after all, so that a reader without one fails instead of filling the memory.
        this.push(sent > 20_000 ? null : Buffer.alloc(100, 'x'));
      },
    });
    expect((await start(test, { body: endless })).status).toBe(413);
    expect(sent).toBeLessThan(10_000);
    expect((await start(test, { headers: { 'content-length': '100000000' } })).status).toBe(413);
  });

  it('gives up a body that does not come', async () => {
    const test = await openTestApp({ limits: { ...DEFAULT_LIMITS, bodyInSeconds: 0.05 } });
    const silent = new Readable({ read: () => undefined });
    expect(await start(test, { body: silent })).toMatchObject({ status: 408, body: { code: 'body_timeout' } });
  });
});

describe('runs', () => {
  it('are listed newest first, page by page', async () => {
    const test = await openTestApp();
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.unshift(((await start(test, { query: 'onBusy=wait' })).body as RunView).runId);
      test.advance(1);
    }
    const params = { environment: 'staging' };
    const first = (await test.call('listDeployments', { params, query: 'limit=2' })).body as RunPage;
    expect(first.runs.map(({ runId }) => runId)).toEqual(ids.slice(0, 2));
    const query = `limit=2&before=${first.next}`;
    const second = (await test.call('listDeployments', { params, query })).body as RunPage;
    expect(second).toMatchObject({ runs: [{ runId: ids[2] }], next: null });
  });

  it('never mix with those of an environment whose name is a prefix', async () => {
    const test = await openTestApp();
    await start(test, { params: { environment: 'prod' } });
    await start(test, { params: { environment: 'prod-eu' } });
    const list = await test.call('listDeployments', { params: { environment: 'prod' } });
    expect((list.body as RunPage).runs).toHaveLength(1);
    const { runs } = (await test.call('listDeployments', { params: { environment: 'prod-eu' } })).body as RunPage;
    const query = `before=${runs[0]?.runId}`;
    expect((await test.call('listDeployments', { params: { environment: 'prod' }, query })).status).toBe(400);
  });

  it('that are unknown or have no proper id are refused', async () => {
    const test = await openTestApp();
    const unknown = 'prod-01M8434Z00VB7SSV72CDKWWDXY';
    expect(await test.call('showDeployment', { params: { runId: unknown } })).toMatchObject({
      status: 404,
      body: { code: 'run_unknown' },
    });
    expect((await test.call('showDeployment', { params: { runId: '../prod' } })).status).toBe(400);
  });

  it('whose orchestration is gone are closed when somebody looks, and give the lock back', async () => {
    const test = await openTestApp();
    const { runId } = (await start(test)).body as RunView;
    test.engine.alive.delete(runId);
    test.advance(121);
    expect((await test.call('showDeployment', { params: { runId } })).body).toMatchObject({
      status: 'failed',
      error: { code: 'orchestration_gone' },
    });
    expect((await test.storage.environment('staging').state.read()).value.lock).toBeNull();
    const events = await test.call('readEvents', { params: { runId } });
    expect(events.body).toContain('"type":"run_completed","status":"failed"');
  });

  it('can be cancelled, twice too, but not when they have ended', async () => {
    const test = await openTestApp();
    const { runId } = (await start(test)).body as RunView;
    const params = { runId };
    expect(await test.call('cancelDeployment', { params })).toMatchObject({
      status: 202,
      body: { cancelRequested: true },
    });
    expect((await test.call('cancelDeployment', { params })).status).toBe(202);
    expect(test.engine.decisions[0]).toEqual([runId, { planDigest: '', decision: 'cancel', by: 'key' }]);
    const { runs } = test.storage.environment('staging');
    const summary = await runs.summary(runId);
    if (summary) await runs.writeSummary({ ...summary, status: 'cancelled', finishedAt: '2026-01-01T00:01:00Z' });
    expect(await test.call('cancelDeployment', { params })).toMatchObject({ status: 409, body: { code: 'run_ended' } });
  });
});

describe('a JSON body that nests without end', () => {
  it.each(['startDeployment', 'addSource'] as const)(
    'is refused by %s before anything walks through it',
    async (name) => {
      const test = await openTestApp();
      const body = `{"config":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
      const headers = { 'content-type': 'application/json' };
      const { status, body: answer } = await test.call(name, { params: { environment: 'staging' }, headers, body });
      expect([status, (answer as Problem).problems]).toEqual([
        400,
        [{ path: '', message: 'the body nests deeper than 100 levels' }],
      ]);
    },
  );
});
