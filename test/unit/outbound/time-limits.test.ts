import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { errorOfException, isOutOfReach } from '../../../src/azure/errors.ts';
import { createFetch } from '../../../src/outbound/fetch.ts';
import { createRoutes } from '../../../src/outbound/routes.ts';
import { withTerms } from '../../../src/outbound/terms.ts';
import { isNoAnswer, NoAnswer, type TimeLimits, USUAL_LIMITS } from '../../../src/outbound/time-limits.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { answerJson, type ScriptedAnswer, scriptedServer } from '../../helpers/http/scripted-server.ts';

/** For what is not to be the reason. */
const LONG = 60;
const NONE = { connect: LONG, firstByte: LONG, idle: LONG, leastBytes: 1, whole: LONG };

const routes = createRoutes({});

interface Asked {
  readonly url: string;
  readonly limits: Partial<TimeLimits>;
  readonly body?: Uint8Array;
  readonly streams?: true;
}

/** By the SDKs' client, as a text or as a stream; by fetch. */
async function byTransport({ url, limits, body, streams }: Asked): Promise<PipelineResponse> {
  const transport = withTerms(createTransport({ routes }), { origins: [url], limits: { ...NONE, ...limits } });
  const request = createPipelineRequest({
    url,
    method: body ? 'PUT' : 'GET',
    allowInsecureConnection: true,
    ...(body && { body }),
    ...(streams && { streamResponseStatusCodes: new Set([200]) }),
  });
  return await transport.sendRequest(request);
}

const WAYS: readonly (readonly [string, (asked: Asked) => Promise<unknown>])[] = [
  ['the SDKs’ client', byTransport],
  [
    'the SDKs’ client, as a stream',
    async (asked) => {
      const { readableStreamBody } = await byTransport({ ...asked, streams: true });
      for await (const _ of readableStreamBody ?? []);
    },
  ],
  [
    'fetch',
    async ({ url, limits, body }) => {
      const send = createFetch(() => routes, { ...NONE, ...limits });
      const options = body ? { method: 'PUT', body: body as Uint8Array<ArrayBuffer> } : {};
      await (await send(url, options)).text();
    },
  ],
];

/** A server that takes connections, and nothing of what is said on them. */
async function deafServer(): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.pause();
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const half: ScriptedAnswer = (response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('half');
};

const trickle: ScriptedAnswer = (response) => {
  response.writeHead(200, { 'content-length': 1_000_000 });
  const timer = setInterval(() => response.write('.'), 5);
  response.once('close', () => clearInterval(timer));
};

describe.each(WAYS)('a request by %s is given up', (_way, ask) => {
  it.each<[string, ScriptedAnswer, Partial<TimeLimits>, string]>([
    ['that is never answered', () => undefined, { firstByte: 0.1 }, 'for 0.1 seconds: its answer did not begin'],
    ['whose answer stops half way', half, { idle: 0.1 }, 'for 0.1 seconds: what was said did not go on'],
    ['whose answer trickles', trickle, { idle: 0.1, leastBytes: 1024 }, 'what was said did not go on'],
    ['whose answer has no end', trickle, { whole: 0.2 }, 'for 0.2 seconds: the answer did not end'],
  ])('%s', async (_title, answer, limits, words) => {
    const { url } = await scriptedServer(answer);
    const error = await ask({ url, limits }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ETIMEDOUT', message: expect.stringContaining(words) });
    expect(isNoAnswer(error)).toBe(true);
    expect((error as Error).message).toContain(`no answer from ${new URL(url).host}`);
  });

  it('whose connection does not come about', async () => {
    const url = `https://127.0.0.1:${await deafServer()}`;
    await expect(ask({ url, limits: { connect: 0.1 } })).rejects.toThrow('no connection to it');
  });

  it('whose body nobody takes', async () => {
    const url = `http://127.0.0.1:${await deafServer()}`;
    const body = Buffer.alloc(64 * 1024 * 1024);
    await expect(ask({ url, limits: { idle: 0.2 }, body })).rejects.toThrow('what was said did not go on');
  });
});

it('a reader that takes its time is no silence', async () => {
  const { url } = await scriptedServer((response) => response.end(Buffer.alloc(4 * 1024 * 1024)));
  const { readableStreamBody } = await byTransport({ url, limits: { idle: 0.05 }, streams: true });
  await sleep(300);
  let bytes = 0;
  for await (const chunk of readableStreamBody ?? []) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(4 * 1024 * 1024);
});

it('what was answered in time is never given up after, on the same connection', async () => {
  const { url } = await scriptedServer(
    answerJson(200, 1),
    (response) => void setTimeout(() => response.end('late'), 300),
  );
  await byTransport({ url, limits: { firstByte: 0.1, idle: 0.1 } });
  expect((await byTransport({ url, limits: {} })).bodyAsText).toBe('late');
});

it('a large body arrives as it is', async () => {
  const received: number[] = [];
  const { url } = await scriptedServer((response, { headers, body }) => {
    received.push(Number(headers['content-length']), body.length);
    response.end();
  });
  const body = Buffer.alloc(300_000, 'a');
  await byTransport({ url, limits: {}, body });
  expect(received).toEqual([300_000, 300_000]);
});

it('no answer is a lost connection to whoever asked Azure, in the same words', () => {
  const known = errorOfException(new NoAnswer('management.azure.com', 'first byte', USUAL_LIMITS.firstByte));
  expect(isOutOfReach(known)).toBe(true);
  expect(known.message).toBe('no answer from management.azure.com for 75 seconds: its answer did not begin');
});

it.each(WAYS)(
  'by %s what was not answered is asked again over a connection of its own, whatever was kept',
  async (_way, ask) => {
    let isSilent = false;
    const silenced = new WeakSet<object>();
    const sockets: Socket[] = [];
    const server = createHttpServer((request, response) => {
      if (!silenced.has(request.socket)) setTimeout(() => response.end('ok'), isSilent ? 0 : 50);
    });
    server.on('connection', (socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const limits = { firstByte: 0.2 };
    // Side by side, so that several connections are kept.
    await Promise.all(Array.from({ length: 5 }, () => ask({ url, limits: {} })));
    for (const socket of sockets) silenced.add(socket);
    isSilent = true;
    await expect(ask({ url, limits })).rejects.toThrow('its answer did not begin');
    await ask({ url, limits });
  },
);
