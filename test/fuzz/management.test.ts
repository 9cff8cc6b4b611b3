import { request as httpRequest } from 'node:http';
import { app } from '@azure/functions';
import * as df from 'durable-functions';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadFunctions } from '../../src/runtime/worker.ts';
import { serve, TEST_KEYS } from '../helpers/http/served.ts';
import { until } from '../helpers/wait.ts';
import { hostileJson, mutated } from './mutations.ts';
import { feed } from './run.ts';

const HOOKS = '/runtime/webhooks/durabletask';
/** A request that is not answered by then hangs. */
const LIMIT_IN_MS = 30_000;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** As it stands on the wire: `fetch` would put the path and the headers in order. */
function send(origin: string, { method, path, headers, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const signal = AbortSignal.timeout(LIMIT_IN_MS);
    const given =
      method === 'GET' || method === 'HEAD'
        ? headers
        : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const sent = httpRequest({ hostname, port, method, path, headers: given, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}

/** What a request line can carry. */
const onTheLine = (text: string): string =>
  text.replaceAll(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.toWellFormed()));

const segment = (...texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...texts) }, mutated(...texts).map(onTheLine));

const INSTANCE = segment('own', 'free', '__proto__', '%2e%2e');
const OPERATIONS = ['terminate', 'rewind', 'suspend', 'resume', 'restart', 'raiseEvent/news'];
const pathOf = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join('/'));

/** Mostly what somebody may mean; an address of any form now and then. */
const aimed = fc.oneof(
  fc.record({ method: fc.constantFrom('GET', 'DELETE', 'HEAD'), path: pathOf(HOOKS, 'instances', INSTANCE) }),
  fc.record({ method: fc.constantFrom('GET', 'DELETE'), path: pathOf(HOOKS, 'instances') }),
  fc.record({
    method: fc.constant('POST'),
    path: pathOf(HOOKS, 'orchestrators', segment('waiting', 'quick'), INSTANCE),
  }),
  fc.record({
    method: fc.constant('POST'),
    path: pathOf(HOOKS, 'instances', INSTANCE, segment(...OPERATIONS)),
  }),
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'),
    path: pathOf(
      segment(HOOKS),
      segment('instances', 'entities', 'orchestrators'),
      segment('own'),
      segment('news'),
      segment('x'),
    ),
  }),
);

const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: mutated(
      'showHistory=true&showHistoryOutput=true&showInput=false',
      'createdTimeFrom=2026-01-01T00:00:00Z&createdTimeTo=x&runtimeStatus=Running,Failed&top=3',
      'instanceIdPrefix=o&reason=because&restartWithNewInstanceId=false&timeout=1&pollingInterval=1',
    ).map((text) => `?${onTheLine(text).replaceAll('#', '%23')}`),
  },
);

const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16'),
    'x-ms-continuation-token': mutated('MQ==', '{"x":1}').map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim()),
    'x-functions-key': fc.oneof({ weight: 19, arbitrary: fc.constant(TEST_KEYS.durableTask) }, fc.constant('wrong')),
  },
  { requiredKeys: ['x-functions-key'] },
);

const body = fc.oneof(
  fc.constant(''),
  hostileJson.map((value) => JSON.stringify(value) ?? ''),
  mutated('{"x":[1,2,{"y":null}]}'),
  fc.uint8Array({ maxLength: 60 }),
);

const requests = fc.record({ aimed, query, headers, body }).map(
  ({ aimed: { method, path }, query: asked, ...rest }): Sent => ({
    method,
    path: `/${path.replace(/^\/+/, '')}${asked}`,
    ...rest,
  }),
);

it('a hostile request to the management API is answered, and what runs goes on', async () => {
  const worker = await loadFunctions(() => {
    df.app.orchestration('waiting', function* (context) {
      return yield context.df.waitForExternalEvent('news');
    });
    df.app.orchestration('quick', function* (context) {
      return yield context.df.callActivity('say', context.df.getInput());
    });
    df.app.activity('say', { handler: (input: unknown) => input });
    app.http('drive', { methods: ['POST'], extraInputs: [df.input.durableClient()], handler: () => ({ status: 204 }) });
  });
  const { engine, served } = await serve(worker);
  await engine.startNew('waiting', { instanceId: 'untouched', input: null });
  await until(() => engine.status('untouched')?.runtimeStatus === 'Running');
  const answers = new Map<number, number>();
  await feed('management requests', 2500, requests, async (sent) => {
    const { status, text } = await send(served.url, sent);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    expect(
      status === 501 || (status >= 200 && status < 500),
      `${sent.method} ${sent.path}: ${status} ${text.slice(0, 300)}`,
    ).toBe(true);
    expect(text.length).toBeLessThan(2_000_000);
  });
  process.stdout.write(`answers by status: ${JSON.stringify(Object.fromEntries(answers))}\n`);
  expect([...answers.keys()]).toEqual(expect.arrayContaining([200, 202, 400, 401, 404, 409, 410]));
  expect(engine.status('untouched')?.runtimeStatus).toBe('Running');
  await engine.startNew('quick', { instanceId: 'afterwards', input: 'still here' });
  expect(await engine.completion('afterwards')).toMatchObject({ runtimeStatus: 'Completed', output: 'still here' });
});
