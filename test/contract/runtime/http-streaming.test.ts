import { createHash } from 'node:crypto';
import http from 'node:http';
import { app, type HttpHandler } from '@azure/functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import type { Logger } from '../../../src/shared/logger.ts';
import { serve } from '../../helpers/http/served.ts';
import { until } from '../../helpers/wait.ts';

let worker: FunctionsWorker;
const events: string[] = [];
const gates = new Map<string, () => void>();
const log: string[] = [];
const logger: Logger = { log: (_level, message) => log.push(message) };

function gate(name: string): Promise<void> {
  return new Promise((resolve) => gates.set(name, resolve));
}

beforeAll(async () => {
  worker = await loadFunctions(
    () => {
      app.setup({ enableHttpStream: true });
      app.http('echo', {
        route: 'echo/{name?}',
        methods: ['GET', 'PUT'],
        handler: async (request) => ({
          status: 201,
          headers: { 'x-method': request.method },
          cookies: [{ name: 'seen', value: 'yes', path: '/' }],
          jsonBody: {
            url: request.url,
            params: request.params,
            query: Object.fromEntries(request.query),
            header: request.headers.get('x-custom'),
            principal: request.headers.get('x-ms-client-principal'),
          },
        }),
      });
      app.http('digest', {
        methods: ['POST'],
        handler: async (request) => {
          const hash = createHash('sha256');
          let bytes = 0;
          for await (const chunk of request.body ?? []) {
            hash.update(chunk as Uint8Array);
            bytes += (chunk as Uint8Array).length;
            if (bytes > 0) gates.get('first chunk')?.();
          }
          return { jsonBody: { bytes, sha256: hash.digest('hex') } };
        },
      });
      app.http('broken', {
        methods: ['POST'],
        handler: async (request) => {
          events.push('called');
          try {
            await request.arrayBuffer();
          } catch {
            events.push('body broken');
          }
          return {};
        },
      });
      app.http('sse', {
        handler: async () => ({
          headers: { 'content-type': 'text/event-stream' },
          body: numbers(),
        }),
      });
      app.http('thrower', {
        methods: ['GET', 'POST'],
        handler: async () => {
          throw new Error('no luck');
        },
      });
      app.http('halfway', { handler: async () => ({ body: halfway() }) });
      app.http('nothing', { handler: (async () => undefined) as unknown as HttpHandler });
      app.http('early', { methods: ['POST'], handler: async () => ({ status: 413, body: 'too much' }) });
      app.http('slow', {
        handler: async () => {
          await gate('slow');
          return { body: 'done' };
        },
      });
    },
    { logger },
  );
});

async function* numbers(): AsyncGenerator<Uint8Array> {
  try {
    for (let n = 1; ; n += 1) {
      yield Buffer.from(`data: ${n}\n\n`);
      await gate(`after ${n}`);
    }
  } finally {
    events.push('stream over');
  }
}

async function* halfway(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  await gate('half');
  throw new Error('the rest is missing');
}

describe('HTTP triggers with streaming', () => {
  it('hand url, parameters, query and headers to the handler and its answer back', async () => {
    const { fetch, served } = await serve(worker);
    const response = await fetch('/api/echo/a%20b?x=1&y=2', { headers: { 'x-custom': 'c' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('set-cookie')).toBe('seen=yes; Path=/');
    expect(response.headers.get('x-ms-invocation-id')).toBeNull();
    expect(await response.json()).toEqual({
      url: `${served.url}/api/echo/a%20b?x=1&y=2`,
      params: { name: 'a b' },
      query: { x: '1', y: '2' },
      header: 'c',
      principal: null,
    });
  });

  it('drop a client principal that comes from outside, unless told to trust it', async () => {
    const headers = { 'x-ms-client-principal': 'forged' };
    const outside = await serve(worker);
    expect(await (await outside.fetch('/api/echo', { headers })).json()).toMatchObject({ principal: null });
    const inside = await serve(worker, { trustPrincipalHeaders: true });
    expect(await (await inside.fetch('/api/echo', { headers })).json()).toMatchObject({ principal: 'forged' });
  });

  it('take a body of many megabytes in chunks', async () => {
    const { fetch } = await serve(worker);
    const body = Buffer.alloc(8 * 1024 * 1024, 'chunk ');
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 65_536) controller.enqueue(body.subarray(at, at + 65_536));
        controller.close();
      },
    });
    const response = await fetch('/api/digest', { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(await response.json()).toEqual({ bytes: body.length, sha256 });
  });

  it('hand over a chunk before the next one is sent', async () => {
    const { served } = await serve(worker);
    const arrived = gate('first chunk');
    const request = http.request(`${served.url}/api/digest`, { method: 'POST' });
    request.write('first');
    await arrived;
    request.end('second');
    const status = await new Promise((resolve) => request.once('response', ({ statusCode }) => resolve(statusCode)));
    expect(status).toBe(200);
    gates.delete('first chunk');
  });

  it('stream events one by one, and stop them when the client goes', async () => {
    const { fetch } = await serve(worker);
    events.length = 0;
    const client = new AbortController();
    const response = await fetch('/api/sse', { signal: client.signal });
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n');
    await until(() => gates.has('after 1'));
    gates.get('after 1')?.();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 2\n\n');
    client.abort();
    await reader?.read().catch(() => undefined);
    await until(() => {
      for (const open of gates.values()) open();
      return events.includes('stream over');
    });
    expect(events).toEqual(['stream over']);
  });

  it('break the body for the handler when the client goes in mid-upload', async () => {
    const { served } = await serve(worker);
    events.length = 0;
    const request = http.request(`${served.url}/api/broken`, { method: 'POST' });
    request.on('error', () => undefined);
    request.write('half');
    await until(() => events.includes('called'));
    request.destroy();
    await until(() => events.includes('body broken'));
  });

  it('answer 500 without a word when the handler throws', async () => {
    const { fetch } = await serve(worker);
    for (const init of [{}, { method: 'POST', body: 'x'.repeat(100_000) }]) {
      const response = await fetch('/api/thrower', init);
      expect([response.status, await response.text()]).toEqual([500, '']);
    }
  });

  it('break off an answer whose body fails', async () => {
    const { fetch } = await serve(worker);
    const response = await fetch('/api/halfway');
    await until(() => gates.has('half'));
    gates.get('half')?.();
    await expect(response.text()).rejects.toThrow();
  });

  it('answer 204 when the handler returns nothing', async () => {
    const { fetch } = await serve(worker);
    expect((await fetch('/api/nothing')).status).toBe(204);
  });

  it('pass on an answer that comes before the body was read', async () => {
    const { fetch } = await serve(worker);
    const response = await fetch('/api/early', { method: 'POST', body: Buffer.alloc(4 * 1024 * 1024) });
    expect([response.status, await response.text()]).toEqual([413, 'too much']);
  });

  it('refuse a body over the limit, declared or not', async () => {
    const { fetch } = await serve(worker, { maxBodyBytes: 1000 });
    expect((await fetch('/api/digest', { method: 'POST', body: 'x'.repeat(1001) })).status).toBe(413);
    const body = new Blob(['x'.repeat(2000)]).stream();
    expect((await fetch('/api/digest', { method: 'POST', body, duplex: 'half' } as RequestInit)).status).toBe(413);
    expect((await fetch('/api/digest', { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200);
  });

  it('answer 500 when the time of the function is over', async () => {
    const settings = {
      routePrefix: 'api',
      functionTimeoutInMs: 20,
      taskHubName: 'Hub',
      defaultVersion: '',
      versionMatchStrategy: 'None',
    } as const;
    const { fetch } = await serve(worker, { settings, logger });
    expect((await fetch('/api/slow')).status).toBe(500);
    expect(log.some((line) => line.includes('timed out after 20 ms'))).toBe(true);
    gates.get('slow')?.();
  });

  it('let a request end that is under way at the stop, and take no other', async () => {
    const { fetch, served } = await serve(worker);
    gates.delete('slow');
    const answer = fetch('/api/slow');
    await until(() => gates.has('slow'));
    const stopped = served.stop({ graceInMs: 60_000 });
    await expect(fetch('/api/echo')).rejects.toThrow();
    gates.get('slow')?.();
    expect(await (await answer).text()).toBe('done');
    await stopped;
  });

  it('break off at the stop what does not end in time', async () => {
    const { fetch, served } = await serve(worker);
    const answer = fetch('/api/slow');
    answer.catch(() => undefined);
    gates.delete('slow');
    await until(() => gates.has('slow'));
    await served.stop({ graceInMs: 0 });
    await expect(answer).rejects.toThrow();
    gates.get('slow')?.();
  });
});
