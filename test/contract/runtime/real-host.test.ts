import { mkdir, readFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, registerApp } from '../../../src/app.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import type { AppServices } from '../../../src/triggers/app-services.ts';
import { createTriggers } from '../../../src/triggers/triggers.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { serve, TEST_KEYS } from '../../helpers/http/served.ts';
import { tempDirectory } from '../../helpers/temp.ts';

interface Recorded {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Code of a problem that the app tells. */
    readonly problem?: string;
    readonly body?: unknown;
  };
}

/** What is answered otherwise, and stays so: src/runtime/README.md says why. */
const STAYS: Readonly<Record<string, number>> = {
  // Node reads requests of the methods that it knows.
  'BREW /api/health': 400,
  // Only the front end of App Service may say who somebody is.
  'GET /api/environments as somebody': 200,
  // The host's own API is not served.
  'GET /admin/functions': 404,
};

const KEYS: Readonly<Record<string, string>> = {
  FK: TEST_KEYS.function,
  MK: TEST_KEYS.master,
  DK: TEST_KEYS.durableTask,
};

const withKeys = (value: string): string => value.replace(/\b[FMD]K\b/, (name) => KEYS[name] ?? name);

const recorded = JSON.parse(
  await readFile(new URL('../../fixtures/functions-host/http-matrix.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

let worker: FunctionsWorker;
let app: TestApp;

beforeAll(async () => {
  const unused = async (): Promise<never> => {
    throw new Error('no activity is called here');
  };
  const settings = { connection: 'DEPLOYMENT_STORAGE', blobSource: 'LogsAndContainerScan' } as const;
  // The functions are registered once, and each test has an app of its own.
  const present = new Proxy({} as AppServices, { get: (_, name) => Reflect.get(app.app, name) });
  const { http: functions } = createTriggers(async () => present, settings);
  worker = await loadFunctions(() => registerApp(createApp(unused, { http: functions, blob: {}, timer: {} })));
});

/** The app with one environment that has runs. */
async function serveApp(): ReturnType<typeof serve> {
  app = await openTestApp();
  await mkdir(join(app.storage.location, 'shop', 'runs'), { recursive: true });
  return await serve(worker, { triggers: { directory: await tempDirectory() } });
}

function send(url: string, { method, path, headers }: Recorded['request']): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const given = Object.entries(headers).map(([name, value]) => [name, withKeys(value)]);
    const request = http.request(url, { method, path: withKeys(path), headers: Object.fromEntries(given) }, resolve);
    request.once('error', reject);
    request.end(method === 'POST' && headers['content-type'] !== undefined ? '{}' : undefined);
  });
}

describe('the embedded host answers as the real one', () => {
  const rows = recorded.map((row) => {
    const { method, path, headers } = row.request;
    const who = headers['x-ms-client-principal'] === undefined ? '' : ' as somebody';
    return [`${method} ${path}${who}`, JSON.stringify(headers), row] as const;
  });

  it.each(rows)('%s %s', async (title, _headers, { request, answer }) => {
    const { served } = await serveApp();
    const response = await send(served.url, request);
    const body = await text(response);
    if (STAYS[title] !== undefined) {
      expect(answer.status).not.toBe(STAYS[title]);
      expect(response.statusCode).toBe(STAYS[title]);
      return;
    }
    expect(response.statusCode).toBe(answer.status);
    expect(response.headers).toMatchObject(answer.headers);
    if (answer.problem !== undefined) expect(JSON.parse(body)).toMatchObject({ code: answer.problem });
    if (answer.body !== undefined) expect(JSON.parse(body)).toEqual(answer.body);
  });

  it('where an orchestrator is unknown, in the instance that fails', async () => {
    const { fetch, engine } = await serveApp();
    for (const name of ['nofn', 'open_run']) {
      const path = `/runtime/webhooks/durabletask/orchestrators/${name}/${name}-1?code=${TEST_KEYS.durableTask}`;
      expect((await fetch(path, { method: 'POST' })).status).toBe(202);
      expect(await engine.completion(`${name}-1`)).toMatchObject({
        runtimeStatus: 'Failed',
        output: `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`,
      });
    }
  });
});
