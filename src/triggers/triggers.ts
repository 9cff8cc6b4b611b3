import type {
  HttpFunctionOptions,
  HttpHandler,
  InvocationContext,
  StorageBlobFunctionOptions,
  TimerFunctionOptions,
} from '@azure/functions';
import * as df from 'durable-functions';
import { ROUTES, type RouteName } from '../domain/api/routes.ts';
import { configUploaded, UPLOAD_PATH } from './config-upload.ts';
import { durableEngine, type Engine } from './engine.ts';
import type { FrontDoor } from './front-door.ts';
import { decideApprovalHandler } from './http/approval.ts';
import {
  cancelDeploymentHandler,
  listDeploymentsHandler,
  rollbackHandler,
  showDeploymentHandler,
  showDriftHandler,
  startDeploymentHandler,
} from './http/deployments.ts';
import { showHealthHandler, showOpenApiHandler } from './http/description.ts';
import {
  breakLockHandler,
  listEnvironmentsHandler,
  resetStateHandler,
  showEnvironmentHandler,
  showLockHandler,
} from './http/environments.ts';
import { readEventsHandler } from './http/events.ts';
import { httpHandler, type RouteHandler } from './http/handler.ts';
import { addSourceHandler } from './http/sources.ts';
import { REAPER_SCHEDULE, reaper } from './reaper.ts';

/** What starts runs and answers about them, by registered name. */
export interface Triggers {
  readonly http: Readonly<Record<string, HttpFunctionOptions>>;
  readonly blob: Readonly<Record<string, StorageBlobFunctionOptions>>;
  readonly timer: Readonly<Record<string, TimerFunctionOptions>>;
}

export interface TriggerSettings {
  /** Name of the app setting with the connection of the storage. */
  readonly connection: string;
  /** `EventGrid` on Flex Consumption, which does not poll containers. */
  readonly blobSource: 'EventGrid' | 'LogsAndContainerScan';
}

const HANDLERS: Readonly<Record<RouteName, RouteHandler>> = {
  startDeployment: startDeploymentHandler,
  rollback: rollbackHandler,
  showDrift: showDriftHandler,
  addSource: addSourceHandler,
  listEnvironments: listEnvironmentsHandler,
  showEnvironment: showEnvironmentHandler,
  listDeployments: listDeploymentsHandler,
  showDeployment: showDeploymentHandler,
  readEvents: readEventsHandler,
  decideApproval: decideApprovalHandler,
  cancelDeployment: cancelDeploymentHandler,
  showLock: showLockHandler,
  breakLock: breakLockHandler,
  resetState: resetStateHandler,
  showOpenApi: showOpenApiHandler,
  showHealth: showHealthHandler,
};

export function createTriggers(door: FrontDoor, { connection, blobSource }: TriggerSettings): Triggers {
  const client = df.input.durableClient();
  const durable = (context: InvocationContext): Engine => durableEngine(df.getClient(context));
  return {
    http: Object.fromEntries(
      (Object.keys(ROUTES) as RouteName[]).map((name): [string, HttpFunctionOptions] => {
        const route = ROUTES[name];
        return [
          snakeCase(name),
          {
            route: route.path,
            methods: [route.method],
            authLevel: 'roles' in route ? 'function' : 'anonymous',
            extraInputs: [client],
            handler: handlerOf(door, name, durable),
          },
        ];
      }),
    ),
    blob: {
      config_uploaded: {
        path: UPLOAD_PATH,
        connection,
        source: blobSource,
        extraInputs: [client],
        handler: configUploaded(door, durable),
      },
    },
    timer: { reap_runs: { schedule: REAPER_SCHEDULE, extraInputs: [client], handler: reaper(door, durable) } },
  };
}

/** The handler of one route on an engine. */
export function handlerOf(
  door: FrontDoor,
  name: RouteName,
  engineOf: (context: InvocationContext) => Engine,
): HttpHandler {
  return httpHandler(door, ROUTES[name], HANDLERS[name], engineOf);
}

/** Function names as the others are written: `start_deployment`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
