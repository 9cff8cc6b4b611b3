import { describe, expect, it } from 'vitest';
import { createFetch } from '../../../src/outbound/fetch.ts';
import { createRoutes } from '../../../src/outbound/routes.ts';
import { answerJson, hangUp, scriptedServer } from '../../helpers/http/scripted-server.ts';

const routes = createRoutes({});
const fetch = createFetch(() => routes);

describe('a request by the routes', () => {
  it('sends method, headers and body with its length, and answers status, headers and body', async () => {
    const server = await scriptedServer(answerJson(201, { a: 1 }, { 'x-one': 'two' }));
    const body = new Uint8Array([97, 98, 99]);
    const response = await fetch(`${server.url}/p?q=1`, { method: 'PUT', body, headers: { 'x-sent': 'yes' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-one')).toBe('two');
    expect(await response.json()).toEqual({ a: 1 });
    const headers = { 'x-sent': 'yes', 'content-length': '3' };
    expect(server.requests).toMatchObject([{ method: 'PUT', path: '/p?q=1', body: 'abc', headers }]);
  });

  it('answers a status that has no body, and one that redirects when that is asked for', async () => {
    const server = await scriptedServer(
      (response) => response.writeHead(204).end(),
      (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    expect((await fetch(server.url)).status).toBe(204);
    expect((await fetch(server.url, { redirect: 'manual' })).status).toBe(302);
    expect(server.requests).toHaveLength(2);
  });

  it('follows a redirect, and takes no credentials to another host', async () => {
    const other = await scriptedServer(answerJson(200, 'there'));
    const server = await scriptedServer(
      (response) => response.writeHead(301, { location: '/again' }).end(),
      (response) => response.writeHead(302, { location: `${other.url}/final` }).end(),
    );
    const response = await fetch(server.url, {
      headers: { authorization: 'secret', 'x-functions-key': 'secret', accept: 'text/x-kept' },
    });
    expect(await response.json()).toBe('there');
    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/', 'secret'],
      ['/again', 'secret'],
    ]);
    expect(other.requests[0]?.headers).toMatchObject({ accept: 'text/x-kept' });
    expect(JSON.stringify(other.requests[0]?.headers)).not.toContain('secret');
  });

  it('does not follow for ever, and not with what changes something', async () => {
    const server = await scriptedServer((response) => response.writeHead(307, { location: '/' }).end());
    await expect(fetch(server.url, { method: 'POST', body: 'x' })).rejects.toThrow('it redirects to');
    expect(server.requests).toHaveLength(1);
    await expect(fetch(server.url)).rejects.toThrow('it redirects to');
    expect(server.requests).toHaveLength(22);
  });

  it('rejects with the error of a lost connection', async () => {
    const server = await scriptedServer(hangUp);
    await expect(fetch(server.url)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('is given up with the reason of its signal: before, while waiting, and in mid-answer', async () => {
    const reason = new Error('enough');
    const silent = await scriptedServer(() => undefined);
    await expect(fetch(silent.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(silent.requests).toHaveLength(0);
    const waiting = new AbortController();
    const pending = fetch(silent.url, { signal: waiting.signal });
    setTimeout(() => waiting.abort(reason), 20);
    await expect(pending).rejects.toBe(reason);
    const endless = await scriptedServer((response) => void response.writeHead(200).write('begun'));
    const reading = new AbortController();
    const response = await fetch(endless.url, { signal: reading.signal });
    setTimeout(() => reading.abort(reason), 20);
    await expect(response.text()).rejects.toBe(reason);
  });
});
