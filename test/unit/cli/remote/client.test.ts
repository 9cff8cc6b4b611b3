import { describe, expect, it } from 'vitest';
import { createRemoteClient, type RemoteClient } from '../../../../src/cli/remote/client.ts';
import {
  answerJson,
  answerProblem,
  hangUp,
  type ScriptedAnswer,
  type ScriptedServer,
  scriptedServer,
} from '../../../helpers/http/scripted-server.ts';

const LOCK = { runId: 'r', holder: 'ci', acquiredAt: 't', step: null, wakeBy: 't' };
const path = { environment: 'staging' };

async function setUp(...answers: readonly ScriptedAnswer[]): Promise<{ server: ScriptedServer; client: RemoteClient }> {
  const server = await scriptedServer(...answers);
  const client = createRemoteClient({
    url: server.url,
    key: 'k3y',
    caller: 'ada@laptop',
    sleep: async () => undefined,
  });
  return { server, client };
}

describe('a call', () => {
  it('goes to the address of its route, with key, caller and query', async () => {
    const { server, client } = await setUp(answerJson(200, { runs: [], next: null }));
    const query = { limit: 5, before: undefined };
    expect(await client.call('listDeployments', { path, query })).toEqual({ runs: [], next: null });
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: '/api/environments/staging/deployments?limit=5',
        headers: { 'x-functions-key': 'k3y', 'x-draftgenie-caller': 'ada@laptop' },
      },
    ]);
  });

  it('sends lists one by one and leaves out what is false', async () => {
    const { server, client } = await setUp(answerProblem(400, {}));
    const query = { forceStep: ['a', 'b'], dryRun: false, autoApprove: true };
    const started = client.call('startDeployment', { path, query, body: 'x: 1' });
    await expect(started).rejects.toThrow();
    expect(server.requests[0]?.path).toBe(
      '/api/environments/staging/deployments?forceStep=a&forceStep=b&autoApprove=true',
    );
    expect(server.requests[0]?.body).toBe('x: 1');
  });

  it('that asks is repeated after lost connections and passing answers', async () => {
    const { server, client } = await setUp(hangUp, answerProblem(503, {}), answerJson(200, { lock: null }));
    expect(await client.call('showLock', { path })).toEqual({ lock: null });
    expect(server.requests).toHaveLength(3);
  });

  it('that starts a run is repeated with the same key, so that it starts one', async () => {
    const { server, client } = await setUp(hangUp, answerProblem(409, { lock: LOCK, detail: 'Busy.' }));
    const headers = { 'idempotency-key': 'once' };
    await expect(client.call('startDeployment', { path, headers, body: '' })).rejects.toMatchObject({
      exitCode: 75,
      message: 'Busy.',
    });
    expect(server.requests.map((request) => request.headers['idempotency-key'])).toEqual(['once', 'once']);
  });

  it('that breaks a lock is not repeated: the next lock is another one', async () => {
    const { server, client } = await setUp(hangUp, answerJson(200, { lock: null }));
    await expect(client.call('breakLock', { path })).rejects.toMatchObject({ code: 'remote_unreachable', exitCode: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('follows no redirect, since the key would go along', async () => {
    const other = await scriptedServer(answerJson(200, { lock: null }));
    const { client } = await setUp((response) => response.writeHead(302, { location: other.url }).end());
    await expect(client.call('showLock', { path })).rejects.toMatchObject({ code: 'remote_redirects' });
    expect(other.requests).toEqual([]);
  });

  it('whose answer is not what the route promises is told as an incompatible app', async () => {
    const { client } = await setUp(answerJson(200, { lock: 'yes' }));
    await expect(client.call('showLock', { path })).rejects.toMatchObject({ code: 'remote_incompatible', exitCode: 1 });
  });
});

describe('a refusal', () => {
  it.each([
    [400, { problems: [{ path: 'redis.sku', message: 'wrong', line: 3, column: 5 }] }, 64, /3:5 redis\.sku: wrong/],
    [422, { detail: 'The key was used.' }, 64, /The key was used/],
    [409, { detail: 'Locked by ci.', lock: LOCK }, 75, /Locked by ci/],
    [409, { detail: 'The run has ended.' }, 1, /has ended/],
    [409, { code: 'run_ended', detail: 'The run has ended.' }, 1, /has ended/],
    [404, { code: 'run_unknown', detail: 'No such run.' }, 64, /No such run/],
    [500, { detail: 'Broken.' }, 1, /Broken/],
    [403, { code: 'role_missing', detail: 'ada has none of the roles x.' }, 1, /none of the roles/],
  ])('%i %j exits with %i', async (status, members, exitCode, message) => {
    const { client } = await setUp(answerProblem(status, members));
    const call = client.call('startDeployment', { path, body: '' });
    await expect(call).rejects.toMatchObject({ exitCode });
    await expect(call).rejects.toThrow(message);
  });

  it('of the key says so without repeating it', async () => {
    const { client } = await setUp((response) => response.writeHead(401).end());
    const call = client.call('showLock', { path });
    await expect(call).rejects.toMatchObject({ code: 'key_refused', exitCode: 64 });
    await expect(call).rejects.not.toThrow(/k3y/);
  });

  it('of something that is no deployment app is told as that', async () => {
    const { client } = await setUp((response) => response.writeHead(404).end('<html>'));
    await expect(client.call('showLock', { path })).rejects.toMatchObject({ hint: expect.stringContaining('address') });
  });
});
