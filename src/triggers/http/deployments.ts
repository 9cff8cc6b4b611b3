import type { HttpRequest } from '@azure/functions';
import type { StartOptions } from '../../domain/api/requests.ts';
import {
  RUNS_PAGE_SIZE,
  rollbackRequestSchema,
  runsQuerySchema,
  startEnvelopeSchema,
  startOptionsSchema,
} from '../../domain/api/requests.ts';
import { CONFIG_TYPES } from '../../domain/api/routes.ts';
import { NO_OPTIONS } from '../../domain/run.ts';
import { prepareRollback } from '../../engine/rollback.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Engine } from '../engine.ts';
import type { FrontDoor } from '../front-door.ts';
import { readConfig } from '../read-config.ts';
import { showRun, summaryOf } from '../run-record.ts';
import { runOverview, runView } from '../run-view.ts';
import { deploymentOf, type StartedRun, startDeployment } from '../start-deployment.ts';
import { recordCancel } from '../wishes.ts';
import { HttpProblem, invalidRequest, json } from './answer.ts';
import type { RouteHandler } from './handler.ts';
import {
  contentTypeOf,
  environmentOf,
  parseJson,
  parseWith,
  readJson,
  readQuery,
  readText,
  runIdOf,
} from './request.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;

export const startDeploymentHandler: RouteHandler = async ({ door, request, engine, caller, base }) => {
  const environment = environmentOf(request);
  const key = idempotencyKey(request);
  const { text, options } = await readStart(request, door);
  const parsed = readConfig(door, text);
  await requireSource(door, options);
  const started = await startDeployment(door, engine, {
    ...deploymentOf(parsed, options),
    environment,
    trigger: 'http',
    by: caller.name,
    ...(key !== undefined && { key: `http:${key}` }),
  });
  return await accepted(door, engine, started, base);
};

export const listDeploymentsHandler: RouteHandler = async ({ door, request }) => {
  const environment = environmentOf(request);
  const { limit = RUNS_PAGE_SIZE, before } = readQuery(request, runsQuerySchema);
  const { runs } = door.storage.environment(environment);
  // One more than the page tells whether there is another.
  const found = await runs.runs({
    limit: limit + 1,
    ...(before !== undefined && { before: runOf(environment, before) }),
  });
  const page = found.slice(0, limit);
  return json(200, { runs: page.map(runOverview), next: found.length > limit ? (page.at(-1)?.runId ?? null) : null });
};

export const showDeploymentHandler: RouteHandler = async ({ door, request, engine, base }) =>
  json(200, await showRun(door, engine, runIdOf(request), base));

export const cancelDeploymentHandler: RouteHandler = async ({ door, request, engine, caller, base }) => {
  const runId = runIdOf(request);
  const known = await summaryOf(door, engine, runId);
  await recordCancel(known, caller.name, door.clock);
  // One that waits for an approval must hear of it; others look for the wish before each step.
  if (known.run.engine === door.engine)
    await engine.decide(runId, { planDigest: '', decision: 'cancel', by: caller.name });
  return json(202, await showRun(door, engine, runId, base));
};

/** The configuration's text, and the options of the query and of the body together. */
async function readStart(request: HttpRequest, door: FrontDoor): Promise<{ text: string; options: StartOptions }> {
  const type = contentTypeOf(request);
  const query = readQuery(request, startOptionsSchema.partial());
  const given = Object.fromEntries(Object.entries(query).filter(([name]) => request.query.has(name)));
  const merge = (body: Record<string, unknown>) => parseWith(startOptionsSchema, { ...body, ...given }, 'option');
  if (CONFIG_TYPES.some((one) => one === type))
    return { text: await readText(request, door.limits), options: merge({}) };
  if (type !== 'application/json') {
    throw new HttpProblem(415, 'content_type_unsupported', `The body must be application/json or ${CONFIG_TYPES[0]}.`);
  }
  // JSON is YAML: positions in messages about the configuration stay right.
  const text = await readText(request, door.limits);
  const body = parseJson(text);
  if (!isJsonObject(body) || !('config' in body)) return { text, options: merge({}) };
  const { config, options = {} } = parseWith(startEnvelopeSchema, body, 'member');
  return { text: typeof config === 'string' ? config : JSON.stringify(config, null, 2), options: merge(options) };
}

/** A run that brings an earlier one's images, variables and scale back. */
export const rollbackHandler: RouteHandler = async ({ door, request, engine, caller, base }) => {
  const environment = environmentOf(request);
  const key = idempotencyKey(request);
  const { to, autoApprove, dryRun } = await readJson(request, rollbackRequestSchema, door.limits);
  const { config, to: kept } = await prepareRollback(door.storage.environment(environment), to);
  const started = await startDeployment(door, engine, {
    environment,
    config,
    source: null,
    waits: false,
    resetsState: false,
    options: { ...NO_OPTIONS, autoApprove, dryRun, rollbackTo: kept.runId },
    trigger: 'http',
    by: caller.name,
    ...(key !== undefined && { key: `rollback:${key}` }),
  });
  return await accepted(door, engine, started, base);
};

export const showDriftHandler: RouteHandler = async ({ door, request }) =>
  json(200, await door.drift(environmentOf(request)));

/** What was made just now is known; what an earlier call made may have gone on. */
async function accepted(door: FrontDoor, engine: Engine, { runId, created }: StartedRun, base: string) {
  const view = created ? runView(created, base) : await showRun(door, engine, runId, base);
  return json(202, view, { location: view.links.self, 'retry-after': '2' });
}

function idempotencyKey(request: HttpRequest): string | undefined {
  const key = request.headers.get('idempotency-key') ?? undefined;
  if (key === undefined || KEY.test(key)) return key;
  throw invalidRequest([{ path: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' }]);
}

async function requireSource({ storage }: FrontDoor, { source }: StartOptions): Promise<void> {
  if (source === undefined || (await storage.sources.has(source.slice('sha256:'.length)))) return;
  throw new HttpProblem(400, 'source_unknown', `There is no source archive ${source}.`, {
    hint: 'Ask POST /api/sources where to upload it.',
    problems: [{ path: 'source', message: 'is not in the store' }],
  });
}

function runOf(environment: string, before: string): string {
  if (before.startsWith(`${environment}-`) && /^[0-9A-Z]{26}$/.test(before.slice(environment.length + 1)))
    return before;
  throw invalidRequest([{ path: 'before', message: 'must be the id of a run of this environment' }]);
}
