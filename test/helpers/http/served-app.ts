import { type ChildProcess, spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { RunPage, RunView } from '../../../src/domain/api/views.ts';
import { requireValidOutput } from '../cli/valid-output.ts';
import { expectAsPlanned, lookBefore, remember } from '../plan/served-as-planned.ts';
import { COMMAND_LINE } from '../product/command-line.ts';
import { tempDirectory } from '../temp.ts';
import { eventually } from '../wait.ts';
import { type AnswerCheck, createAnswerCheck } from './openapi-check.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/draftgenie', import.meta.url));

/** The value of the example's secret in every served app; no answer may show it. */
export const SERVED_SECRET = 'canary-served-2c9e41';

/** An app served by the command line as a process of its own. */
export interface ServedApp {
  readonly directory: string;
  readonly url: string;
  readonly key: string;
  /** Connection string of its storage. */
  readonly storage: string;
  /** Every answer is checked against the app's own OpenAPI document. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiAnswer>;
  /** Starts a deployment of the example and answers the run. */
  deploy(environment: string, options?: RequestOptions & { readonly query?: string }): Promise<ApiAnswer>;
  /** Waits until the run has ended. Fails the test when `deploy` started it and something else happened than its plan says. */
  ended(runId: string): Promise<RunView>;
  /** The same for the one run of the environment that somebody else starts and follows. */
  asPlanned<Result>(environment: string, act: () => Promise<Result>): Promise<Result>;
  /** The signal that ended the serving process; null when it ended by itself. */
  readonly exited: Promise<NodeJS.Signals | null>;
  /** kill -9 of the serving process, as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

export interface ServeOptions {
  /** Serve again on the files of an app that was stopped or killed. */
  readonly directory?: string;
  readonly args?: readonly string[];
  /** The command line; default that of the sources. */
  readonly bin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Modules loaded before the product. */
  readonly imports?: readonly string[];
}

/** How long an app may take to end after its test is over. */
const ENDS_WITHIN_MS = 30_000;

export async function serve(options: ServeOptions = {}): Promise<ServedApp> {
  const directory = options.directory ?? (await sandbox());
  const args = ['serve', '--simulate', '--simulator-profile', 'instant', '--port', '0', '--output', 'json'];
  const imports = (options.imports ?? []).flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...imports, options.bin ?? COMMAND_LINE, ...args, ...(options.args ?? [])], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', DRAFTGENIE_SECRET_GEMINI_API_KEY: SERVED_SECRET, ...options.env },
  });
  onTestFinished(async () => {
    // After a test that failed it may wait for what never comes.
    const patience = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await stop(child, 'SIGTERM');
    clearTimeout(patience);
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const { url, key, storage } = await serving(child);
  const base = url.replace(/\/$/, '');
  let check: AnswerCheck | undefined;

  const send = async (method: string, path: string, { headers, body }: RequestOptions = {}): Promise<ApiAnswer> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'x-functions-key': key, ...headers },
      ...(body !== undefined && { body: body as RequestInit['body'] }),
    });
    const text = await response.text();
    if (text.includes(SERVED_SECRET)) throw new Error(`${method} ${path} shows a secret`);
    const isJson = /[/+]json$/.test(response.headers.get('content-type')?.split(';')[0] ?? '');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };

  const runIds = async (environment: string): Promise<readonly string[]> => {
    const { body } = await app.request('GET', `/api/environments/${environment}/deployments?limit=100`);
    return (body as RunPage).runs.map(({ runId }) => runId);
  };

  const app: ServedApp = {
    directory,
    url: base,
    key,
    storage,
    async request(method, path, requestOptions) {
      check ??= createAnswerCheck((await send('GET', '/api/openapi.json')).body);
      const answer = await send(method, path, requestOptions);
      check(method, path, answer);
      return answer;
    },
    async deploy(environment, { query = 'autoApprove=true', ...requestOptions } = {}) {
      const before = await lookBefore(app.request, directory, environment);
      const answer = await app.request('POST', `/api/environments/${environment}/deployments?${query}`, {
        ...requestOptions,
        headers: { 'content-type': 'application/yaml', ...requestOptions.headers },
      });
      if (answer.status === 202) remember((answer.body as RunView).runId, before);
      return answer;
    },
    async asPlanned(environment, act) {
      const before = await lookBefore(app.request, directory, environment);
      const known = new Set(await runIds(environment));
      const result = await act();
      const [runId] = await runIds(environment);
      if (runId !== undefined && !known.has(runId)) {
        remember(runId, before);
        const { body } = await app.request('GET', `/api/deployments/${runId}`);
        await expectAsPlanned(app.request, directory, body as RunView);
      }
      return result;
    },
    async ended(runId) {
      const view = await eventually(async () => {
        const now = (await app.request('GET', `/api/deployments/${runId}`)).body as RunView;
        return now.finishedAt === null ? undefined : now;
      });
      await expectAsPlanned(app.request, directory, view);
      return view;
    },
    exited,
    kill: async () => {
      await stop(child, 'SIGKILL');
    },
    stop: () => stop(child, 'SIGTERM'),
  };
  return app;
}

async function sandbox(): Promise<string> {
  const directory = await tempDirectory();
  await cp(EXAMPLE, join(directory, 'app'), { recursive: true });
  return directory;
}

async function serving(child: ChildProcess): Promise<{ url: string; key: string; storage: string }> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    requireValidOutput(['serve', '--output', 'json'], `${line}\n`);
    const message = JSON.parse(line) as { type: string; url: string; key: string; storage: string };
    if (message.type === 'serving') return message;
  }
  throw new Error(`the app ended at start (exit code ${child.exitCode})`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await exited;
  return child.exitCode;
}
