import type {
  HttpFunctionOptions,
  InvocationContext,
  StorageBlobFunctionOptions,
  TimerFunctionOptions,
} from '@azure/functions';
import * as df from 'durable-functions';
import { ROUTE_TABLE, type RouteName } from '../domain/api/route-table.ts';
import { UPLOAD_CONTAINER, UPLOAD_FUNCTION } from '../domain/api/uploads.ts';
import type { HistoryEngine } from '../runs/engine.ts';
import { once } from '../shared/once.ts';
import type { AppServices } from './app-services.ts';
import { durableEngine } from './durable-engine.ts';
import { watchReaders } from './readers.ts';

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

/** Configurations that deploy themselves when they are uploaded; the name of the blob is the environment. */
const UPLOAD_PATH = `${UPLOAD_CONTAINER}/{name}.yaml`;
/** Every five minutes; six fields, seconds first. */
const REAPER_SCHEDULE = '0 */5 * * * *';

/** The functions as the host registers them. What handles a call is loaded with the first one of its kind. */
export function createTriggers(app: () => Promise<AppServices>, { connection, blobSource }: TriggerSettings): Triggers {
  watchReaders();
  const client = df.input.durableClient();
  const durable = (context: InvocationContext): HistoryEngine => durableEngine(df.getClient(context));
  return {
    http: Object.fromEntries(
      (Object.keys(ROUTE_TABLE) as RouteName[]).map((name): [string, HttpFunctionOptions] => {
        const route = ROUTE_TABLE[name];
        return [
          snakeCase(name),
          {
            route: route.path,
            methods: [route.method],
            authLevel: 'roles' in route ? 'function' : 'anonymous',
            extraInputs: [client],
            handler: lazily(async () => (await import('./http/handlers.ts')).handlerOf(await app(), name, durable)),
          },
        ];
      }),
    ),
    blob: {
      [UPLOAD_FUNCTION]: {
        path: UPLOAD_PATH,
        connection,
        source: blobSource,
        extraInputs: [client],
        handler: lazily(async () => (await import('./config-upload.ts')).configUploaded(await app(), durable)),
      },
    },
    timer: {
      reap_runs: {
        schedule: REAPER_SCHEDULE,
        extraInputs: [client],
        handler: lazily(async () => (await import('./reaper.ts')).reaper(await app(), durable)),
      },
    },
  };
}

/** Function names as the others are written: `start_deployment`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function lazily<Args extends readonly unknown[], Result>(
  load: () => Promise<(...args: Args) => Result | Promise<Result>>,
): (...args: Args) => Promise<Result> {
  const loaded = once(load);
  return async (...args) => await (await loaded())(...args);
}
