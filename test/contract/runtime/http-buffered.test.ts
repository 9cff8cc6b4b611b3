import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { app, type HttpMethod } from '@azure/functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadKeys } from '../../../src/runtime/http/keys.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import { serve, TEST_KEYS } from '../../helpers/http/served.ts';
import { tempDirectory } from '../../helpers/temp.ts';

let worker: FunctionsWorker;
const hooks: string[] = [];

function answers(name: string, route: string | undefined, methods: HttpMethod[] = ['GET']): void {
  app.http(name, {
    ...(route !== undefined && { route }),
    methods,
    handler: async ({ params }) => ({ jsonBody: { name, ...params } }),
  });
}

beforeAll(async () => {
  worker = await loadFunctions(() => {
    answers('unrouted', undefined);
    answers('list', 'things');
    answers('create', 'things', ['POST']);
    answers('one', 'things/{id}');
    answers('byNumber', 'things/{id:int}');
    answers('latest', 'things/latest');
    answers('deep', 'things/{id}/{*rest}');
    answers('optional', 'maybe/{who:alpha?}', ['GET', 'DELETE']);
    for (const authLevel of ['anonymous', 'function', 'admin'] as const) {
      app.http(authLevel, { authLevel, handler: async () => ({ body: authLevel }) });
    }
    app.http('mirror', {
      methods: ['POST'],
      handler: async (request) => ({
        status: 202,
        headers: { 'x-seen': request.headers.get('x-custom') ?? '', connection: 'close' },
        cookies: [{ name: 'a', value: 'b c', httpOnly: true, sameSite: 'Strict', maxAge: 60 }],
        body: `${request.url} ${request.query.get('q')} ${await request.text()}`,
      }),
    });
    app.http('thrower', {
      handler: async () => {
        throw new Error('no luck');
      },
    });
    app.hook.preInvocation(({ invocationContext }) => {
      hooks.push(`before ${invocationContext.functionName}`);
    });
    app.hook.postInvocation((context) => {
      hooks.push(`after ${context.invocationContext.functionName}`);
      if (context.error) context.error = new Error('replaced');
    });
    app.hook.appTerminate(() => {
      hooks.push('terminate');
    });
  });
});

/** Sends a path as it is, which fetch would tidy up. */
async function rawStatus(origin: string, path: string, headers: http.OutgoingHttpHeaders = {}): Promise<number> {
  const { hostname, port } = new URL(origin);
  return await new Promise((resolve, reject) => {
    const request = http.get({ hostname, port, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
  });
}

describe('HTTP triggers without streaming', () => {
  it.each([
    ['/api/unrouted', { name: 'unrouted' }],
    ['/api/things', { name: 'list' }],
    ['/API/Things/', { name: 'list' }],
    ['/api/things/latest', { name: 'latest' }],
    ['/api/things/12', { name: 'byNumber', id: '12' }],
    ['/api/things/x1', { name: 'one', id: 'x1' }],
    ['/api/things/a%2Fb', { name: 'one', id: 'a%2Fb' }],
    ['/api/things/a%20b%C3%BC', { name: 'one', id: 'a bü' }],
    ['/api/things/x/y/z', { name: 'deep', id: 'x', rest: 'y/z' }],
    ['/api/maybe', { name: 'optional' }],
    ['/api/maybe/me', { name: 'optional', who: 'me' }],
  ])('route %s', async (path, expected) => {
    const { fetch } = await serve(worker);
    const response = await fetch(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(expected);
  });

  it('answer 404 for an unknown route, and for another method', async () => {
    const { fetch } = await serve(worker);
    for (const path of ['/api', '/api/nowhere', '/things', '/api/maybe/1', '/api//things']) {
      expect((await fetch(path)).status).toBe(404);
    }
    for (const method of ['PUT', 'HEAD', 'OPTIONS']) {
      const refused = await fetch('/api/things', { method });
      expect([refused.status, refused.headers.get('allow'), await refused.text()]).toEqual([404, null, '']);
    }
  });

  it('serve without a prefix when host.json says so', async () => {
    const settings = {
      routePrefix: '',
      functionTimeoutInMs: 60_000,
      taskHubName: 'Hub',
      defaultVersion: '',
      versionMatchStrategy: 'None',
    } as const;
    const { fetch } = await serve(worker, { settings });
    expect((await fetch('/things/7')).status).toBe(200);
    expect((await fetch('/api/things/7')).status).toBe(404);
  });

  it.each([
    ['/api/nowhere/../things', 200],
    ['/api/nowhere/%2E./things', 200],
    ['/api/./things', 200],
    ['/api/things/..', 404],
    ['/api/things/%2e%2e/x', 404],
    ['/../../api/things', 200],
    ['/api/..%2Fthings', 404],
  ])('resolve dot segments before they look for a route: %s', async (path, status) => {
    const { served } = await serve(worker);
    expect(await rawStatus(served.url, path)).toBe(status);
  });

  it('refuse paths and hosts that no client sends in good faith', async () => {
    const { served } = await serve(worker);
    for (const path of ['/api/things/%00', '/api/things/%zz']) {
      expect(await rawStatus(served.url, path)).toBe(400);
    }
    expect(await rawStatus(served.url, '/api/things', { host: 'evil/path?' })).toBe(400);
  });

  it('carry status, headers, cookies and bodies both ways', async () => {
    const { fetch, served } = await serve(worker);
    const response = await fetch('/api/mirror?q=1', { method: 'POST', body: 'hello', headers: { 'x-custom': 'yes' } });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-seen')).toBe('yes');
    expect(response.headers.get('set-cookie')).toBe('a=b%20c; Max-Age=60; HttpOnly; SameSite=Strict');
    expect(await response.text()).toBe(`${served.url}/api/mirror?q=1 1 hello`);
    const chunked = new Blob(['in ', 'pieces']).stream();
    const second = await fetch('/api/mirror', { method: 'POST', body: chunked, duplex: 'half' } as RequestInit);
    expect(await second.text()).toContain('in pieces');
  });

  it('answer 500 without a word when the handler throws, and 413 over the limit', async () => {
    const { fetch } = await serve(worker, { maxBodyBytes: 10 });
    const response = await fetch('/api/thrower');
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect((await fetch('/api/mirror', { method: 'POST', body: 'x'.repeat(11) })).status).toBe(413);
  });

  it('call the hooks of the app', async () => {
    const { fetch, served } = await serve(worker);
    hooks.length = 0;
    await fetch('/api/things');
    await served.stop();
    expect(hooks).toEqual(['before list', 'after list', 'terminate']);
  });
});

describe('access keys', () => {
  const { master, function: host, durableTask } = TEST_KEYS;
  it.each([
    ['anonymous', {}, 200],
    ['anonymous', { header: 'wrong' }, 200],
    ['function', {}, 401],
    ['function', { header: '' }, 401],
    ['function', { header: 'wrong' }, 401],
    ['function', { header: host }, 200],
    ['function', { query: host }, 200],
    ['function', { header: master }, 200],
    ['function', { query: master }, 200],
    ['function', { header: durableTask }, 401],
    ['function', { header: 'wrong', query: host }, 401],
    ['function', { header: host, query: 'wrong' }, 200],
    ['admin', { header: host }, 401],
    ['admin', { header: master }, 200],
  ] as const)('a function of the level %s with %o is answered %i', async (name, given, expected) => {
    const { fetch } = await serve(worker);
    const { header, query } = given as { header?: string; query?: string };
    const path = `/api/${name}${query === undefined ? '' : `?code=${query}`}`;
    const response = await fetch(path, { headers: header === undefined ? {} : { 'x-functions-key': header } });
    expect(response.status).toBe(expected);
    expect(await response.text()).toBe(expected === 401 ? '' : name);
  });

  it('are in no log line', async () => {
    const log: string[] = [];
    const { fetch } = await serve(worker, { logger: { log: (_level, message) => log.push(message) } });
    await fetch(`/api/thrower?code=${host}`, { headers: { 'x-functions-key': master } });
    await fetch(`/api/nowhere?code=${host}`);
    expect(log).not.toEqual([]);
    expect(log.join()).not.toMatch(new RegExp(`${host}|${master}`));
  });

  it('are made once, differ, and are readable by their owner alone', async () => {
    const directory = join(await tempDirectory(), 'new');
    const [first, second] = await Promise.all([loadKeys(directory), loadKeys(directory)]);
    expect(first.keys).toEqual(second.keys);
    expect([first.isNew, second.isNew].filter(Boolean)).toHaveLength(1);
    expect(new Set(Object.values(first.keys)).size).toBe(3);
    expect(await loadKeys(directory)).toEqual({ keys: first.keys, isNew: false });
    expect((await stat(join(directory, 'keys.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8'))).toEqual(first.keys);
  });

  it('are not replaced when their file is damaged', async () => {
    const directory = await tempDirectory();
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'keys.json'), '{"master": "secret-');
    await expect(loadKeys(directory)).rejects.toMatchObject({ code: 'keys_invalid' });
    await expect(loadKeys(directory)).rejects.not.toThrow('secret-');
  });
});
