import { Readable } from 'node:stream';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { ROUTE_TABLE, type RouteName } from '../../src/domain/api/route-table.ts';
import type { Approval } from '../../src/domain/run.ts';
import type { HistoryEngine } from '../../src/runs/engine.ts';
import { createRunReaders } from '../../src/runs/reading/run-reader.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { type AppServices, DEFAULT_LIMITS } from '../../src/triggers/app-services.ts';
import { handlerOf } from '../../src/triggers/http/handlers.ts';
import { fileStorage } from './file-storage.ts';
import { tempDirectory } from './temp.ts';

/** An engine that starts nothing, and remembers what it was told. */
interface FakeEngine extends HistoryEngine {
  readonly started: string[];
  readonly decisions: [runId: string, Approval][];
  /** Runs whose orchestration is there; everything started is, until it is taken away. */
  readonly alive: Set<string>;
  /** Times before which histories were forgotten. */
  readonly purged: Date[];
  /** The next start fails. */
  failNextStart: boolean;
}

function fakeEngine(): FakeEngine {
  const engine: FakeEngine = {
    started: [],
    decisions: [],
    alive: new Set(),
    purged: [],
    failNextStart: false,
    async start({ runId }) {
      if (engine.failNextStart) {
        engine.failNextStart = false;
        throw new Error('connect ECONNREFUSED');
      }
      engine.started.push(runId);
      engine.alive.add(runId);
    },
    isAlive: async (runId) => engine.alive.has(runId),
    decide: async (runId, decision) => {
      engine.decisions.push([runId, decision]);
    },
    purge: async (endedBefore) => {
      engine.purged.push(endedBefore);
    },
  };
  return engine;
}

export interface TestApp {
  readonly app: AppServices;
  readonly engine: FakeEngine;
  readonly storage: ReturnType<typeof fileStorage>;
  /** Moves the clock on. */
  advance(seconds: number): void;
  call(route: RouteName, options?: CallOptions): Promise<TestAnswer>;
}

export interface CallOptions {
  readonly params?: Record<string, string>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array | Readable;
}

interface TestAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

export async function openTestApp(overrides: Partial<AppServices> = {}): Promise<TestApp> {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => new Date(now) };
  const storage = fileStorage(await tempDirectory(), clock);
  const engine = fakeEngine();
  const app: AppServices = {
    clock,
    logger: silentLogger,
    holder: 'app',
    engine: 'functions:app',
    version: '1.2.3',
    storage,
    stores: (environment) => (overrides.storage ?? storage).environment(environment),
    secret: (name) => (name === 'MISSING' ? undefined : `value of ${name}`),
    variables: () => ({ TAG: '1.2' }),
    mask: (text) => text,
    repair: async () => undefined,
    drift: async () => ({ runId: 'r', resources: 0, drift: [], leftBehind: [] }),
    services: async () => ({
      ...{ at: clock.now().toISOString(), health: null },
      ...{ services: [], backing: [], comparedWith: null },
    }),
    requiresRoles: false,
    requiresScopedKeys: false,
    historyInDays: 30,
    limits: DEFAULT_LIMITS,
    readers: createRunReaders(overrides.limits ?? DEFAULT_LIMITS),
    ...overrides,
  };
  return {
    app,
    engine,
    storage,
    advance: (seconds) => {
      now += seconds * 1000;
    },
    call: (route, options = {}) => call(app, engine, route, options),
  };
}

async function call(
  app: AppServices,
  engine: HistoryEngine,
  name: RouteName,
  options: CallOptions,
): Promise<TestAnswer> {
  const { method, path } = ROUTE_TABLE[name];
  const { params = {}, query = '', headers = {}, body } = options;
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(params[parameter] ?? ''));
  const native = new Request(`http://localhost/api/${filled}${query && `?${query}`}`, {
    method,
    headers,
    ...(body !== undefined && { body: body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : body }),
    duplex: 'half',
  } as RequestInit);
  const request = new HttpRequest({ nativeRequest: native, params } as never);
  const context = new InvocationContext({});
  const answer = (await handlerOf(app, name, () => engine)(request, context)) as HttpResponseInit;
  return {
    status: answer.status ?? 200,
    headers: answer.headers as Record<string, string>,
    body: answer.jsonBody ?? (await textOf(answer)),
  };
}

async function textOf({ body }: HttpResponseInit): Promise<unknown> {
  if (body === null || body === undefined || typeof body === 'string') return parsed(body ?? '');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  return text.startsWith('{') && !text.trimEnd().includes('\n') ? JSON.parse(text) : text;
}
