import { z } from 'zod';
import { runEventSchema } from '../events.ts';
import { overviewSchema } from './overview.ts';
import { problemSchema } from './problem.ts';
import {
  approvalRequestSchema,
  auditQuerySchema,
  breakLockQuerySchema,
  confirmQuerySchema,
  destroyRequestSchema,
  eventsQuerySchema,
  overviewQuerySchema,
  repairRequestSchema,
  rollbackRequestSchema,
  runsQuerySchema,
  signInRequestSchema,
  sourceRequestSchema,
  startEnvelopeSchema,
  startOptionsSchema,
} from './requests.ts';
import { ROUTE_TABLE, type RouteAddress, type RouteName } from './route-table.ts';
import { servicesViewSchema } from './service-views.ts';
import {
  auditPageSchema,
  driftReportSchema,
  environmentListSchema,
  environmentViewSchema,
  forgetAnswerSchema,
  healthSchema,
  lockAnswerSchema,
  resetAnswerSchema,
  runPageSchema,
  runViewSchema,
  signInAnswerSchema,
  signInCodeSchema,
  sourceAnswerSchema,
} from './views.ts';

export interface Answer {
  readonly description: string;
  /** Absent: no body. */
  readonly body?: z.ZodType;
  /** `application/json` unless given. */
  readonly contentType?: string;
  /** It is text for people, too, with `Accept: text/plain`; a refusal then has `X-Exit-Code`, with which the command line ends. */
  readonly isText?: boolean;
}

export interface RouteDefinition extends RouteAddress {
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** Content types of the body, each with its schema; `null` is text. */
  readonly body?: Readonly<Record<string, z.ZodType | null>>;
  readonly answers: Readonly<Record<number, Answer>>;
}

export const PROBLEM_TYPE = 'application/problem+json';
export const CONFIG_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'] as const;

function problem(description: string): Answer {
  return { description, body: problemSchema, contentType: PROBLEM_TYPE, isText: true };
}

/** Refusals of a JSON body before anything of it is read. */
const BODY_REFUSED = {
  408: problem('The body did not come in time.'),
  413: problem('The body is too large.'),
  415: problem('The body is not application/json.'),
};
const UNKNOWN_RUN = problem('There is no such run.');
const INVALID = problem('The request is not valid; `problems` says where.');
const started: Answer = { description: 'The run, with its address in `Location`.', body: runViewSchema };

/** Every route of the product with its schemas; the OpenAPI document is made from it. */
export const ROUTES = {
  startDeployment: {
    ...ROUTE_TABLE.startDeployment,
    summary: 'Starts a deployment of the configuration in the body.',
    query: startOptionsSchema,
    headers: { 'Idempotency-Key': 'The same call again, with the same key, answers the same run.' },
    body: {
      ...(Object.fromEntries(CONFIG_TYPES.map((type) => [type, null])) as Record<(typeof CONFIG_TYPES)[number], null>),
      'application/json': z
        .union([startEnvelopeSchema, z.record(z.string(), z.unknown())])
        .meta({ title: 'DeploymentRequest' }),
    },
    answers: {
      202: { ...started, isText: true },
      400: INVALID,
      408: problem('The body did not come in time.'),
      409: problem('The environment is busy; `lock` says who holds it.'),
      413: problem('The body is too large.'),
      415: problem('The body has another type than YAML or JSON.'),
      422: problem('The idempotency key was used for another request.'),
      503: problem('The storage or the durable engine cannot be reached.'),
    },
  },
  rollback: {
    ...ROUTE_TABLE.rollback,
    summary: 'Starts a run that brings images, variables and scale of an earlier one back.',
    headers: { 'Idempotency-Key': 'The same call again, with the same key, answers the same run.' },
    body: { 'application/json': rollbackRequestSchema },
    answers: {
      202: started,
      400: INVALID,
      409: problem('The environment is busy; `lock` says who holds it.'),
      ...BODY_REFUSED,
      422: problem('The idempotency key was used for another request.'),
      503: problem('The storage or the durable engine cannot be reached.'),
    },
  },
  repair: {
    ...ROUTE_TABLE.repair,
    summary: 'Starts a run of the steps that put back what was changed by hand.',
    headers: { 'Idempotency-Key': 'The same call again, with the same key, answers the same run.' },
    body: { 'application/json': repairRequestSchema },
    answers: {
      202: started,
      400: INVALID,
      404: problem('Nothing was deployed to the environment.'),
      409: problem('The environment is busy, nothing is to be repaired, or it is not clear to what.'),
      ...BODY_REFUSED,
      422: problem('The idempotency key was used for another request.'),
      502: problem('Azure refused to say how things are.'),
      503: problem('The storage or the durable engine cannot be reached.'),
    },
  },
  destroyEnvironment: {
    ...ROUTE_TABLE.destroyEnvironment,
    summary: 'Starts a run that deletes what deployments made, or one thing that was left behind.',
    headers: { 'Idempotency-Key': 'The same call again, with the same key, answers the same run.' },
    body: { 'application/json': destroyRequestSchema },
    answers: {
      202: started,
      400: INVALID,
      404: problem('Nothing was deployed there.'),
      409: problem('The environment is busy; `lock` says who holds it.'),
      ...BODY_REFUSED,
      422: problem('The idempotency key was used for another request.'),
      503: problem('The storage or the durable engine cannot be reached.'),
    },
  },
  showDrift: {
    ...ROUTE_TABLE.showDrift,
    summary: 'What is no longer as the last successful run left it.',
    answers: {
      200: { description: 'Every field that differs.', body: driftReportSchema },
      400: INVALID,
      404: problem('Nothing was deployed there.'),
      502: problem('Azure could not be asked.'),
    },
  },
  showServices: {
    ...ROUTE_TABLE.showServices,
    summary: 'The services of an environment as Azure says they are now: health, image, revisions, replicas, traffic.',
    answers: {
      200: { description: 'Each service, and what they use besides.', body: servicesViewSchema },
      400: INVALID,
      404: problem('Nothing was deployed there.'),
      502: problem('Azure could not be asked.'),
    },
  },
  addSource: {
    ...ROUTE_TABLE.addSource,
    summary: 'Says whether an archive of sources is known, or where to upload it.',
    body: { 'application/json': sourceRequestSchema },
    answers: {
      200: {
        description: 'Known, or the address to upload to; as text the address, or nothing.',
        body: sourceAnswerSchema,
        isText: true,
      },
      400: INVALID,
      ...BODY_REFUSED,
    },
  },
  showOverview: {
    ...ROUTE_TABLE.showOverview,
    summary: 'Every environment at a glance: where it answers, its version, its newest run, its cost and its lock.',
    query: overviewQuerySchema,
    answers: { 200: { description: 'One page, in alphabetical order.', body: overviewSchema }, 400: INVALID },
  },
  listEnvironments: {
    ...ROUTE_TABLE.listEnvironments,
    summary: 'The names of all environments.',
    answers: { 200: { description: 'In alphabetical order.', body: environmentListSchema } },
  },
  showEnvironment: {
    ...ROUTE_TABLE.showEnvironment,
    summary: 'What is deployed in an environment, its last run and its lock.',
    answers: {
      200: { description: 'A summary of the state.', body: environmentViewSchema },
      400: INVALID,
      404: problem('Nothing was deployed there.'),
    },
  },
  listDeployments: {
    ...ROUTE_TABLE.listDeployments,
    summary: 'The runs of an environment, newest first.',
    query: runsQuerySchema,
    answers: { 200: { description: 'One page.', body: runPageSchema }, 400: INVALID },
  },
  showDeployment: {
    ...ROUTE_TABLE.showDeployment,
    summary: 'One run: plan, steps, checks, and how it ended.',
    answers: { 200: { description: 'The run.', body: runViewSchema, isText: true }, 400: INVALID, 404: UNKNOWN_RUN },
  },
  readEvents: {
    ...ROUTE_TABLE.readEvents,
    summary:
      'Events of a run as NDJSON; with `Accept: text/event-stream` as a stream that follows the run, with `text/plain` as lines for people.',
    query: eventsQuerySchema,
    headers: { 'Last-Event-ID': 'Position after which a stream goes on.' },
    answers: {
      200: {
        description:
          'One event a line; `X-Position` is the position after the last one. As text the lines of a log, which begin with those of before whenever they are asked for from the start, and `X-Run-Status`, the status of the run as it was before they were read.',
        body: runEventSchema,
        contentType: 'application/x-ndjson',
        isText: true,
      },
      400: INVALID,
      404: UNKNOWN_RUN,
    },
  },
  decideApproval: {
    ...ROUTE_TABLE.decideApproval,
    summary: 'Approves or rejects the plan with this digest.',
    body: { 'application/json': approvalRequestSchema },
    answers: {
      202: { description: 'The decision is recorded.', body: runViewSchema },
      400: INVALID,
      404: UNKNOWN_RUN,
      409: problem('That plan does not wait for a decision any more.'),
      ...BODY_REFUSED,
    },
  },
  cancelDeployment: {
    ...ROUTE_TABLE.cancelDeployment,
    summary: 'Starts nothing new; what runs is followed to its end.',
    answers: {
      202: { description: 'The cancellation is recorded.', body: runViewSchema },
      400: INVALID,
      404: UNKNOWN_RUN,
      409: problem('The run has ended.'),
    },
  },
  showLock: {
    ...ROUTE_TABLE.showLock,
    summary: 'Who holds the environment.',
    answers: { 200: { description: 'The lock; null when it is free.', body: lockAnswerSchema }, 400: INVALID },
  },
  breakLock: {
    ...ROUTE_TABLE.breakLock,
    summary: 'Takes the lock from a run that is gone; should it be alive, it writes nothing more.',
    query: breakLockQuerySchema,
    answers: {
      200: { description: 'The lock that was broken; null when it was free.', body: lockAnswerSchema },
      400: INVALID,
      409: problem('Another run than the one that was named holds the lock.'),
    },
  },
  resetState: {
    ...ROUTE_TABLE.resetState,
    summary: 'Forgets what was deployed; a copy of the state is kept. Resources on Azure stay.',
    query: confirmQuerySchema,
    answers: {
      200: { description: 'Where the copy is; null when there was no state.', body: resetAnswerSchema },
      400: INVALID,
      409: problem('The environment is busy.'),
    },
  },
  forgetResource: {
    ...ROUTE_TABLE.forgetResource,
    summary: 'Lets go of a resource that was left behind, by its name. It stays on Azure as it is.',
    answers: {
      200: { description: 'What was let go.', body: forgetAnswerSchema },
      400: INVALID,
      404: problem('Nothing is left behind under that name.'),
    },
  },
  showAudit: {
    ...ROUTE_TABLE.showAudit,
    summary: 'Who asked for what in an environment, and who was refused, newest first.',
    query: auditQuerySchema,
    answers: { 200: { description: 'One page.', body: auditPageSchema }, 400: INVALID },
  },
  showOpenApi: {
    ...ROUTE_TABLE.showOpenApi,
    summary: 'This description.',
    answers: {
      200: { description: 'OpenAPI 3.1.', body: z.looseObject({ openapi: z.string() }).meta({ title: 'OpenApi' }) },
    },
  },
  showHealth: {
    ...ROUTE_TABLE.showHealth,
    summary: 'Whether the app and what it depends on can be reached.',
    answers: {
      200: { description: 'All is well.', body: healthSchema },
      503: { description: 'Something cannot be reached.', body: healthSchema },
    },
  },
  makeSignInCode: {
    ...ROUTE_TABLE.makeSignInCode,
    summary:
      'A code that the page exchanges for the key of this call, once and within a minute; of apps on one machine.',
    answers: {
      200: { description: 'The code.', body: signInCodeSchema },
      404: problem('This app makes no codes.'),
    },
  },
  takeSignInCode: {
    ...ROUTE_TABLE.takeSignInCode,
    summary: 'The key that a code stands for. The code counts no more after that.',
    body: { 'application/json': signInRequestSchema },
    answers: {
      200: { description: 'The key.', body: signInAnswerSchema },
      400: INVALID,
      404: problem('The code was used already, is too old, or never was.'),
      ...BODY_REFUSED,
    },
  },
  showPage: {
    ...ROUTE_TABLE.showPage,
    summary:
      'The page for people. It knows nothing by itself, and asks the other routes with the key that is typed into it.',
    answers: {
      200: { description: 'The page.', body: z.string().meta({ title: 'PageText' }), contentType: 'text/html' },
      404: problem('This build of the app has no page.'),
    },
  },
  showPageFile: {
    ...ROUTE_TABLE.showPageFile,
    summary: 'A script or a style sheet of the page.',
    answers: {
      200: { description: 'The file.' },
      304: { description: 'It is as it was.' },
      404: problem('The page has no such file, or this build of the app has no page.'),
    },
  },
} as const satisfies Record<RouteName, RouteDefinition>;
