import { app, type HttpHandler, HttpResponse } from '@azure/functions';
import * as df from 'durable-functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import type { Json } from '../../../src/shared/json.ts';
import { type Served, serve, TEST_KEYS } from '../../helpers/http/served.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { until } from '../../helpers/wait.ts';

interface ClientData {
  readonly rpcBaseUrl: string;
}

let worker: FunctionsWorker;
let isBroken = false;
const calls: string[] = [];
/** The code of one request, with the real client. */
let task: (client: df.DurableClient, request: Parameters<HttpHandler>[0]) => unknown;
const systemKey = { headers: { 'x-functions-key': TEST_KEYS.durableTask } };
const HOOKS = '/runtime/webhooks/durabletask';

beforeAll(async () => {
  worker = await loadFunctions(() => {
    df.app.orchestration('echo', function* (context) {
      context.df.setCustomStatus({ half: true });
      return yield context.df.callActivity('say', context.df.getInput());
    });
    df.app.orchestration('waiting', function* (context) {
      return { heard: yield context.df.waitForExternalEvent('news') };
    });
    df.app.orchestration('fragile', function* (context) {
      const first = yield context.df.callActivity('say', 'first');
      return [first, yield context.df.callSubOrchestrator('child', {})];
    });
    df.app.orchestration('child', function* (context) {
      return yield context.df.callActivity('breakable', {});
    });
    df.app.activity('say', {
      handler: (input: Json) => {
        calls.push(`say ${String(input)}`);
        return input;
      },
    });
    df.app.activity('breakable', {
      handler: () => {
        calls.push('breakable');
        if (isBroken) throw new Error('no luck');
        return 'mended';
      },
    });
    app.http('drive', {
      methods: ['POST'],
      extraInputs: [df.input.durableClient()],
      handler: async (request, context) => {
        const answer = await task(df.getClient(context), request);
        return answer instanceof HttpResponse ? answer : { jsonBody: { answer } };
      },
    });
  });
});

/** Runs code in a function with the real DurableClient and answers what it returned. */
async function drive<T>({ fetch }: Served, code: (client: df.DurableClient) => Promise<T>): Promise<T> {
  let error: unknown;
  task = (client) => code(client).catch((caught: unknown) => (error = caught));
  const response = await fetch('/api/drive', { method: 'POST' });
  if (error) throw error;
  return ((await response.json()) as { answer: T }).answer;
}

describe('the real DurableClient', () => {
  it('starts an orchestration, reads its status and its end', async () => {
    const served = await serve(worker);
    const id = await drive(served, (client) => client.startNew('echo', { instanceId: 'one', input: { a: 1 } }));
    expect(id).toBe('one');
    await served.engine.completion('one');
    const status = await drive(served, (client) => client.getStatus('one'));
    expect(status).toMatchObject({
      name: 'echo',
      instanceId: 'one',
      runtimeStatus: 'Completed',
      input: { a: 1 },
      output: { a: 1 },
      customStatus: { half: true },
    });
    expect(await drive(served, (client) => client.startNew('echo'))).toMatch(/^[0-9a-f]{32}$/);
    const unknown = await drive(served, (client) => client.startNew('nobody'));
    expect((await served.engine.completion(unknown)).runtimeStatus).toBe('Failed');
    await expect(drive(served, (client) => client.getStatus('none'))).rejects.toThrow('404');
  });

  it('raises events, and refuses a second start while the first runs', async () => {
    const served = await serve(worker);
    await drive(served, (client) => client.startNew('waiting', { instanceId: 'w' }));
    await expect(drive(served, (client) => client.startNew('waiting', { instanceId: 'w' }))).rejects.toThrow('409');
    await drive(served, (client) => client.raiseEvent('w', 'news', { good: true }));
    expect((await served.engine.completion('w')).output).toEqual({ heard: { good: true } });
    await drive(served, (client) => client.raiseEvent('w', 'news', {}));
    await expect(drive(served, (client) => client.raiseEvent('none', 'news', {}))).rejects.toThrow('none');
  });

  it('terminates, purges and restarts', async () => {
    const served = await serve(worker);
    await drive(served, (client) => client.startNew('waiting', { instanceId: 't', input: { n: 1 } }));
    await drive(served, (client) => client.terminate('t', 'enough'));
    expect(await drive(served, (client) => client.getStatus('t'))).toMatchObject({
      runtimeStatus: 'Terminated',
      output: 'enough',
    });
    expect(await drive(served, (client) => client.purgeInstanceHistory('t'))).toEqual({ instancesDeleted: 1 });
    expect(await drive(served, (client) => client.purgeInstanceHistory('t'))).toEqual({ instancesDeleted: 0 });
  });

  it('suspends and resumes, across a restart of the host', async () => {
    const directory = await tempDirectory();
    const first = await serve(worker, { engine: { directory } });
    await drive(first, (client) => client.startNew('waiting', { instanceId: 's' }));
    await until(() => first.engine.status('s')?.runtimeStatus === 'Running');
    await drive(first, (client) => client.suspend('s', 'a break'));
    await drive(first, (client) => client.raiseEvent('s', 'news', 'kept'));
    expect(first.engine.status('s')?.runtimeStatus).toBe('Suspended');
    await first.served.stop();
    await first.engine.stop();
    const second = await serve(worker, { engine: { directory } });
    expect(second.engine.status('s')?.runtimeStatus).toBe('Suspended');
    await drive(second, (client) => client.resume('s', 'go on'));
    expect((await second.engine.completion('s')).output).toEqual({ heard: 'kept' });
  });

  it('rewinds what failed, and nothing that succeeded runs again', async () => {
    const served = await serve(worker);
    calls.length = 0;
    isBroken = true;
    await drive(served, (client) => client.startNew('fragile', { instanceId: 'f' }));
    expect((await served.engine.completion('f')).runtimeStatus).toBe('Failed');
    isBroken = false;
    await drive(served, (client) => client.rewind('f', 'mended'));
    expect(await served.engine.completion('f')).toMatchObject({
      runtimeStatus: 'Completed',
      output: ['first', 'mended'],
    });
    expect(calls).toEqual(['say first', 'breakable', 'breakable']);
    await expect(drive(served, (client) => client.rewind('f', 'again'))).rejects.toThrow('Completed');
  });

  it('lists by filter over all pages', async () => {
    const served = await serve(worker);
    for (let n = 0; n < 120; n += 1) await served.engine.startNew('waiting', { instanceId: `w${n}`, input: {} });
    await served.engine.startNew('echo', { instanceId: 'e', input: {} });
    await served.engine.completion('e');
    expect(await drive(served, (client) => client.getStatusAll())).toHaveLength(121);
    const completed = { runtimeStatus: [df.OrchestrationRuntimeStatus.Completed] };
    const found = await drive(served, (client) => client.getStatusBy(completed));
    expect(found.map(({ instanceId }) => instanceId)).toEqual(['e']);
    const createdTimeFrom = new Date(Date.now() + 60_000);
    expect(await drive(served, (client) => client.getStatusBy({ createdTimeFrom }))).toEqual([]);
    const long = { createdTimeFrom: new Date(0), ...completed };
    expect(await drive(served, (client) => client.purgeInstanceHistoryBy(long))).toEqual({ instancesDeleted: 1 });
    expect(await drive(served, (client) => client.getStatusAll())).toHaveLength(120);
  });

  it('makes a check status response whose links work', async () => {
    const served = await serve(worker);
    task = async (client, request) => {
      const id = await client.startNew('waiting', { instanceId: 'c' });
      return client.createCheckStatusResponse(request, id);
    };
    const response = await served.fetch('/api/drive', { method: 'POST' });
    expect(response.status).toBe(202);
    const links = (await response.json()) as Record<string, string>;
    expect(links.statusQueryGetUri).toContain(`${served.served.url}${HOOKS}/instances/c?`);
    expect((await fetch(links.statusQueryGetUri ?? '')).status).toBe(202);
    const event = { method: 'POST', body: '"now"', headers: { 'content-type': 'application/json' } };
    expect((await fetch(links.sendEventPostUri?.replace('{eventName}', 'news') ?? '', event)).status).toBe(202);
    expect((await served.engine.completion('c')).output).toEqual({ heard: 'now' });
    expect((await fetch(links.purgeHistoryDeleteUri ?? '', { method: 'DELETE' })).status).toBe(200);
  });

  it('knows the address of the host without a request', async () => {
    const served = await serve(worker);
    const payload = await drive(served, async (client) => client.createHttpManagementPayload('m'));
    expect(payload.statusQueryGetUri).toMatch(new RegExp(`^${served.served.url}${HOOKS}/instances/m\\?`));
  });

  it('calls the host at an address that nobody can guess', async () => {
    const served = await serve(worker);
    const data = await drive(served, async (client) => (client as unknown as { clientData: ClientData }).clientData);
    const address = new URL(data.rpcBaseUrl);
    expect(address.hostname).toBe('127.0.0.1');
    expect((await fetch(new URL('instances/', address))).status).toBe(200);
    for (const path of ['/durabletask/instances/', '/guess/durabletask/instances/', '/', `${address.pathname}../`]) {
      expect((await fetch(new URL(path, address.origin))).status).toBe(404);
    }
  });

  it('says that entities are not supported', async () => {
    const served = await serve(worker);
    const entity = new df.EntityId('counter', 'x');
    await expect(drive(served, (client) => client.readEntityState(entity))).rejects.toThrow('501');
  });
});

describe('the management API over HTTP', () => {
  it('needs the system key or the master key', async () => {
    const { fetch } = await serve(worker);
    const path = `${HOOKS}/instances/`;
    expect((await fetch(path)).status).toBe(401);
    expect((await fetch(`${path}?code=${TEST_KEYS.function}`)).status).toBe(403);
    expect((await fetch(`${path}?code=nobodys`)).status).toBe(401);
    expect((await fetch(`${path}?code=${TEST_KEYS.durableTask}`)).status).toBe(200);
    expect((await fetch(path, { headers: { 'x-functions-key': TEST_KEYS.master } })).status).toBe(200);
  });

  it('starts, shows and ends with the status codes of the real one, and never with a key', async () => {
    const { fetch, served, engine } = await serve(worker);
    const started = await fetch(`${HOOKS}/orchestrators/waiting/x?code=${TEST_KEYS.durableTask}`, { method: 'POST' });
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(`${served.url}${HOOKS}/instances/x`);
    expect(JSON.stringify(await started.json())).not.toContain(TEST_KEYS.durableTask);
    const running = await fetch(`${HOOKS}/instances/x?code=${TEST_KEYS.durableTask}`);
    expect([running.status, running.headers.get('retry-after')]).toEqual([202, '5']);
    expect(running.headers.get('location')).not.toContain(TEST_KEYS.durableTask);
    expect(await running.json()).toMatchObject({ name: 'waiting', instanceId: 'x', output: null });

    const post = { ...systemKey, method: 'POST' };
    expect((await fetch(`${HOOKS}/instances/x`, { ...systemKey, method: 'DELETE' })).status).toBe(412);
    expect((await fetch(`${HOOKS}/instances/x/raiseEvent/news`, { ...post, body: '1' })).status).toBe(400);
    expect((await fetch(`${HOOKS}/instances/x/rewind`, post)).status).toBe(412);
    expect((await fetch(`${HOOKS}/instances/x/terminate?reason=enough`, post)).status).toBe(202);
    await engine.completion('x');
    expect((await fetch(`${HOOKS}/instances/x`, systemKey)).status).toBe(200);
    for (const what of ['terminate', 'suspend', 'resume', 'raiseEvent/news']) {
      expect((await fetch(`${HOOKS}/instances/x/${what}`, post)).status).toBe(410);
      expect((await fetch(`${HOOKS}/instances/nobody/${what}`, post)).status).toBe(404);
    }
    expect((await fetch(`${HOOKS}/instances/x/restart?restartWithNewInstanceId=false`, post)).status).toBe(202);
    expect((await fetch(`${HOOKS}/instances/x/restart?restartWithNewInstanceId=false`, post)).status).toBe(409);
    expect((await fetch(`${HOOKS}/instances/x/restart`, post)).status).toBe(202);
    expect((await fetch(`${HOOKS}/elsewhere`, systemKey)).status).toBe(404);
  });

  it('refuses what is no JSON and what is no id', async () => {
    const { fetch } = await serve(worker);
    const post = { ...systemKey, method: 'POST' };
    expect((await fetch(`${HOOKS}/orchestrators/echo`, { ...post, body: '{' })).status).toBe(400);
    expect((await fetch(`${HOOKS}/orchestrators/echo/@x`, post)).status).toBe(400);
    expect((await fetch(`${HOOKS}/orchestrators/echo/${'x'.repeat(101)}`, post)).status).toBe(400);
    expect((await fetch(`${HOOKS}/instances/?top=none`, systemKey)).status).toBe(400);
    expect((await fetch(`${HOOKS}/instances/?createdTimeFrom=never`, systemKey)).status).toBe(400);
    expect((await fetch(`${HOOKS}/instances/`, { ...systemKey, method: 'DELETE' })).status).toBe(400);
  });

  it('waits for the end when asked to', async () => {
    const { fetch } = await serve(worker);
    const post = { ...systemKey, method: 'POST', body: '{"a":1}' };
    const ended = await fetch(`${HOOKS}/orchestrators/echo?timeout=30`, post);
    expect([ended.status, await ended.json()]).toEqual([200, { a: 1 }]);
    expect((await fetch(`${HOOKS}/orchestrators/waiting?timeout=0.01`, post)).status).toBe(202);
  });

  it('pages, and the pages shift nothing', async () => {
    const { fetch, engine } = await serve(worker);
    for (const n of [1, 2, 3, 4, 5]) await engine.startNew('waiting', { instanceId: `p${n}`, input: { n } });
    await engine.startNew('waiting', { instanceId: 'other', input: {} });
    const seen: Json[] = [];
    let token: string | null = null;
    do {
      const headers: Record<string, string> = { ...systemKey.headers };
      if (token !== null) headers['x-ms-continuation-token'] = token;
      const response = await fetch(`${HOOKS}/instances?top=2&instanceIdPrefix=p&showInput=true`, { headers });
      for (const { input } of (await response.json()) as { input: Json }[]) seen.push(input);
      token = response.headers.get('x-ms-continuation-token');
      if (seen.length === 2) {
        await engine.terminate('p1', '');
        await engine.purge('p1');
      }
    } while (token !== null);
    expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  });

  it('shows the history', async () => {
    const { fetch, engine } = await serve(worker);
    await engine.startNew('echo', { instanceId: 'h', input: 'x' });
    await engine.completion('h');
    const path = `${HOOKS}/instances/h?showHistory=true&showHistoryOutput=true&showInput=false`;
    const status = (await (await fetch(path, systemKey)).json()) as { input: Json; historyEvents: object[] };
    expect(status.input).toBeNull();
    expect(status.historyEvents).toMatchObject([
      { EventType: 'ExecutionStarted', FunctionName: 'echo' },
      { EventType: 'TaskCompleted', FunctionName: 'say', Result: 'x' },
      { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Completed', Result: 'x' },
    ]);
  });
});
