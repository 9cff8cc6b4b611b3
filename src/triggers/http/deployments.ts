import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { StartOptions } from '../../domain/api/requests.ts';
import {
  destroyRequestSchema,
  RUNS_PAGE_SIZE,
  repairRequestSchema,
  rollbackRequestSchema,
  runsQuerySchema,
  startEnvelopeSchema,
  startOptionsSchema,
} from '../../domain/api/requests.ts';
import { CONFIG_TYPES } from '../../domain/api/routes.ts';
import type { ConfigWarning, ParsedConfig } from '../../domain/config/model.ts';
import { requireMarkable } from '../../domain/expiry/require-markable.ts';
import { NO_OPTIONS } from '../../domain/run.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { templatesOf } from '../../domain/templates/arm-template.ts';
import { type OutputValues, statesOf } from '../../domain/terraform/outputs.ts';
import { coded, unacknowledged } from '../../domain/warnings/warning-codes.ts';
import { cancelRun } from '../../runs/decisions.ts';
import { currentRun } from '../../runs/known-run.ts';
import { newestConfig, prepareDestroy } from '../../runs/prepare-destroy.ts';
import { type PreparedRollback, prepareRollback } from '../../runs/prepare-rollback.ts';
import { requireSections } from '../../runs/required-sections.ts';
import { requireSource } from '../../runs/required-source.ts';
import { isAsSucceeded } from '../../runs/reservation.ts';
import { runOverview, runView } from '../../runs/run-view.ts';
import type { StartRequest } from '../../runs/start-request.ts';
import { type StartedRun, startRun } from '../../runs/start-run.ts';
import { readUploadedConfig, type UploadOptions } from '../../runs/uploads/uploaded-config.ts';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { asRemembered } from '../../state/as-remembered.ts';
import type { Versioned } from '../../state/ports.ts';
import type { AppServices } from '../app-services.ts';
import { deploymentOf, sharedEngine } from '../start-request.ts';
import { requireApprovalRight } from './access.ts';
import { HttpProblem, invalidRequest, json } from './answer.ts';
import type { Call, RouteHandler } from './handler.ts';
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
import { showRun } from './show-run.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;

export const startDeploymentHandler: RouteHandler = async (call) => {
  const { app, request } = call;
  const environment = environmentOf(request);
  const key = idempotencyKey(request);
  const { text, options, more } = await readStart(request, app);
  const { allowUnknownKeys, from } = options;
  const stores = app.stores(environment);
  const work = {
    async prepare({ value: state }: Versioned<EnvironmentState>): Promise<ParsedConfig> {
      const parsed = await readUploadedConfig(app, text, {
        environment,
        from,
        remembered: state.from,
        allowUnknownKeys,
        ...more,
      });
      await requireSections(stores, parsed, { resetsState: options.resetState });
      requireMarkable(state, options.expires);
      requireSource(parsed.config, options);
      await requireStoredSource(app, options);
      return parsed;
    },
    async carryOut(parsed: ParsedConfig, known?: Versioned<EnvironmentState>): Promise<HttpResponseInit> {
      const started = await start(call, { ...deploymentOf(parsed, options), environment, known }, key && `http:${key}`);
      return await accepted(call, started, parsed.warnings);
    },
  };
  return await asRemembered(stores.state, isAsSucceeded, work);
};

export const listDeploymentsHandler: RouteHandler = async ({ app, request }) => {
  const environment = environmentOf(request);
  const { limit = RUNS_PAGE_SIZE, before } = readQuery(request, runsQuerySchema);
  const { runs } = app.stores(environment);
  // One more than the page tells whether there is another.
  const found = await runs.runs({
    limit: limit + 1,
    ...(before !== undefined && { before: runOf(environment, before) }),
  });
  const page = found.slice(0, limit);
  return json(200, { runs: page.map(runOverview), next: found.length > limit ? (page.at(-1)?.runId ?? null) : null });
};

export const showDeploymentHandler: RouteHandler = async (call) =>
  json(200, await showRun(call, runIdOf(call.request)));

export const cancelDeploymentHandler: RouteHandler = async (call) => {
  const { app, request, engine, caller } = call;
  const runId = runIdOf(request);
  await cancelRun(app, engine, await currentRun(app, engine, runId), caller.name);
  return json(202, await showRun(call, runId));
};

interface Start {
  readonly text: string;
  readonly options: StartOptions;
  /** What the body says besides. */
  readonly more: Pick<UploadOptions, 'overlay' | 'given' | 'terraform' | 'templates'>;
}

/** The configuration's text, and the options of the query and of the body together. */
async function readStart(request: HttpRequest, app: AppServices): Promise<Start> {
  const type = contentTypeOf(request);
  const query = readQuery(request, startOptionsSchema.partial());
  const given = Object.fromEntries(Object.entries(query).filter(([name]) => request.query.has(name)));
  const merge = (body: Record<string, unknown>) => parseWith(startOptionsSchema, { ...body, ...given }, 'option');
  if (CONFIG_TYPES.some((one) => one === type))
    return { text: await readText(request, app.limits), options: merge({}), more: {} };
  if (type !== 'application/json') {
    throw new HttpProblem(415, 'content_type_unsupported', `The body must be application/json or ${CONFIG_TYPES[0]}.`);
  }
  // JSON is YAML: positions in messages about the configuration stay right.
  const text = await readText(request, app.limits);
  const body = parseJson(text);
  if (!isJsonObject(body) || !('config' in body)) return { text, options: merge({}), more: {} };
  const {
    config,
    overlay,
    variables,
    terraform,
    templates,
    options = {},
  } = parseWith(startEnvelopeSchema, body, 'member');
  return {
    text: typeof config === 'string' ? config : JSON.stringify(config, null, 2),
    options: merge(options),
    more: {
      ...(overlay !== undefined && { overlay: { file: 'overlay', text: overlay } }),
      ...(variables && { given: variables }),
      ...(terraform && { terraform: statesOf(terraform as OutputValues) }),
      ...(templates && { templates: templatesOf(templates as Readonly<Record<string, JsonObject>>) }),
    },
  };
}

/** A run that brings an earlier one's images, variables and scale back. */
export const rollbackHandler: RouteHandler = async (call) => {
  const { app, request } = call;
  const environment = environmentOf(request);
  const key = idempotencyKey(request);
  const { to, autoApprove, dryRun } = await readJson(request, rollbackRequestSchema, app.limits);
  const { config, to: kept, leftAlone } = await rollbackTo(call, environment, to);
  const options = { ...NO_OPTIONS, autoApprove, dryRun, rollbackTo: kept.runId };
  const started = await start(call, { ...NOTHING_NEW, environment, config, options }, key && `rollback:${key}`);
  const [left] = unacknowledged(
    [coded('data_not_rolled_back', 'was otherwise then, and stays as it is')],
    config.acknowledge,
  );
  return await accepted(call, started, left === undefined ? [] : leftAlone.map((path) => ({ path, message: left })));
};

/** A run that puts back what was changed by hand; what it is to be is looked at anew. */
export const repairHandler: RouteHandler = async (call) => {
  const { app, request } = call;
  const environment = environmentOf(request);
  const key = idempotencyKey(request);
  const { autoApprove, dryRun } = await readJson(request, repairRequestSchema, app.limits);
  const work = await app.repair(environment);
  if (!work)
    throw new HttpProblem(409, 'nothing_to_repair', `Nothing of ${environment} that a repair puts back was changed.`);
  const { drift: _, ...repair } = work;
  const options = { ...NO_OPTIONS, ...work.options, autoApprove, dryRun };
  const started = await start(call, { ...NOTHING_NEW, ...repair, environment, options }, key && `repair:${key}`);
  return await accepted(call, started);
};

/** A run that deletes; by the newest configuration, which no body has to bring. */
export const destroyHandler: RouteHandler = async (call) => {
  const { app, request } = call;
  const environment = environmentOf(request);
  const key = idempotencyKey(request);
  const { autoApprove, dryRun, onBusy, ...work } = await readJson(request, destroyRequestSchema, app.limits);
  const stores = app.stores(environment);
  const destroy = await prepareDestroy(stores, work);
  const started = await start(
    call,
    {
      ...NOTHING_NEW,
      environment,
      config: await newestConfig(stores),
      waits: onBusy === 'wait',
      options: { ...NO_OPTIONS, autoApprove: autoApprove || work.expired, dryRun, destroy },
    },
    key && `destroy:${key}`,
  );
  return await accepted(call, started);
};

/** Of a run that builds nothing, and of which nothing is asked but what it does. */
const NOTHING_NEW = { source: null, waits: false, resetsState: false } as const;

async function start(
  { app, engine, caller, request: { headers } }: Call,
  request: Omit<StartRequest, 'trigger' | 'by' | 'key'>,
  key: string | undefined,
): Promise<StartedRun> {
  const { autoApprove, dryRun, destroy } = request.options;
  // What has expired was to go when it was made: `prepareDestroy` has looked at its end.
  if (autoApprove && !dryRun && !destroy?.expired) requireApprovalRight(caller);
  return await startRun(app, sharedEngine(app, engine), {
    ...request,
    trigger: 'http',
    by: caller.name,
    traceparent: headers.get('traceparent') ?? undefined,
    ...(key !== undefined && { key }),
  });
}

/** A run that the body names is part of the request, other than one in the address: 400 when there is none. */
async function rollbackTo({ app }: Call, environment: string, to: string | undefined): Promise<PreparedRollback> {
  try {
    return await prepareRollback(app.stores(environment), to);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'run_unknown') throw error;
    throw new HttpProblem(400, error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
  }
}

export const showServicesHandler: RouteHandler = async ({ app, request }) =>
  json(200, await app.services(environmentOf(request)));

export const showDriftHandler: RouteHandler = async ({ app, request }) =>
  json(200, await app.drift(environmentOf(request)));

/** What was made just now is known; what an earlier call made may have gone on. */
async function accepted(call: Call, { runId, created }: StartedRun, warnings: readonly ConfigWarning[] = []) {
  const view = created ? runView(created, call.base) : await showRun(call, runId);
  return json(202, warnings.length === 0 ? view : { ...view, warnings }, {
    location: view.links.self,
    'retry-after': '2',
  });
}

function idempotencyKey(request: HttpRequest): string | undefined {
  const key = request.headers.get('idempotency-key') ?? undefined;
  if (key === undefined || KEY.test(key)) return key;
  throw invalidRequest([{ path: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' }]);
}

async function requireStoredSource({ storage }: AppServices, { source }: StartOptions): Promise<void> {
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
