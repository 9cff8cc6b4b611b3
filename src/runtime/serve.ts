import { type Logger, silentLogger } from '../shared/logger.ts';
import type { EmbeddedHost } from './host.ts';
import { DEFAULT_HOST_SETTINGS, type HostSettings } from './host-settings.ts';
import { createFrontend, WEBHOOK_SEGMENTS } from './http/frontend.ts';
import type { HostKeys } from './http/keys.ts';
import { listen } from './http/listener.ts';
import { createRouteTable, type Route } from './http/route-table.ts';
import { durableClientData } from './management/durable-client.ts';
import { createManagementApi } from './management/management-api.ts';
import { openRpcListener } from './management/rpc-listener.ts';
import { trackInvocations } from './tracked-calls.ts';
import { prepareTriggers, type TriggerOptions } from './triggers.ts';
import type { FunctionsWorker } from './worker.ts';

export interface ServeOptions {
  readonly keys: HostKeys;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** Address to listen on; default loopback. */
  readonly hostname?: string;
  /** Of host.json. */
  readonly settings?: HostSettings;
  /** Longest request body; the default is that of the Functions host. */
  readonly maxBodyBytes?: number;
  /** See FrontendOptions; default false. */
  readonly trustPrincipalHeaders?: boolean;
  /** For the blob and timer triggers. */
  readonly triggers?: TriggerOptions;
  readonly logger?: Logger;
}

export interface ServedFunctions {
  /** Without a trailing slash. */
  readonly url: string;
  readonly routes: readonly Route[];
  /**
   * Accepts no more requests, blobs or times, gives running functions up to graceInMs, aborts what is left, and runs
   * the app's appTerminate hooks. The engine is stopped afterwards by whoever opened it.
   */
  stop(options?: { readonly graceInMs?: number }): Promise<void>;
}

/** FUNCTIONS_REQUEST_BODY_SIZE_LIMIT of the Functions host. */
const DEFAULT_MAX_BODY_BYTES = 104_857_600;
const DEFAULT_GRACE_IN_MS = 5000;

/**
 * Serves the HTTP, blob and timer functions of a worker, and the durable management API.
 * @throws UserError for a route, path, schedule or connection that is invalid; the error of `listen` when the port is taken.
 */
export async function serveFunctions(
  engine: EmbeddedHost,
  worker: FunctionsWorker,
  options: ServeOptions,
): Promise<ServedFunctions> {
  const { keys, logger = silentLogger, settings = DEFAULT_HOST_SETTINGS, hostname = '127.0.0.1' } = options;
  const routes = createRouteTable(worker.functions(), settings.routePrefix);
  const management = createManagementApi(engine);
  const tracked = trackInvocations(worker.call);
  let durableClient = '';
  const triggers = await prepareTriggers(worker.functions(), options.triggers ?? {}, {
    call: (name, invocation) => tracked.call(name, { ...invocation, durableClient }),
    timeLimitInMs: settings.functionTimeoutInMs,
    hostId: settings.taskHubName.toLowerCase(),
    logger,
  });
  const rpc = await openRpcListener(management, logger);
  let isStopping = false;
  let url = '';
  const frontend = createFrontend({
    routes,
    keys,
    stream: routes.routes.length > 0 ? await worker.httpStream() : undefined,
    call: tracked.call,
    durableClient: () => durableClient,
    webhook: (request, response, path) => management(request, response, path, `${url}/${WEBHOOK_SEGMENTS.join('/')}`),
    blobEvents: triggers.blobEvents,
    functionTimeoutInMs: settings.functionTimeoutInMs,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    trustPrincipalHeaders: options.trustPrincipalHeaders ?? false,
    isStopping: () => isStopping,
    logger,
  });
  const listener = await listen(frontend, { hostname, port: options.port ?? 0 }).catch(async (error: unknown) => {
    await rpc.listener.close();
    throw error;
  });
  url = `http://${urlHost(hostname)}:${listener.port}`;
  const restoreHostname = nameWebsite(new URL(url).host);
  durableClient = durableClientData({
    taskHubName: settings.taskHubName,
    webhookUrl: `${url}/${WEBHOOK_SEGMENTS.join('/')}`,
    systemKey: keys.durableTask,
    rpcBaseUrl: rpc.baseUrl,
  });

  const listening = triggers.start();
  let stopped: Promise<void> | undefined;

  async function stop(graceInMs: number): Promise<void> {
    isStopping = true;
    const closed = listener.close();
    await within(graceInMs, Promise.all([closed, listening.stop(), tracked.idle()]));
    listener.breakOff();
    await closed;
    // Last, since functions that end in the grace time may still use their durable client.
    const rpcClosed = rpc.listener.close();
    rpc.listener.breakOff();
    await rpcClosed;
    await worker.terminate();
    restoreHostname();
  }

  return {
    url,
    routes: routes.routes,
    stop({ graceInMs = DEFAULT_GRACE_IN_MS } = {}) {
      stopped ??= stop(graceInMs);
      return stopped;
    },
  };
}

/**
 * Sets the variable by which the host gives an app its host name; without it durable-functions points management URLs at
 * localhost:7071 (getClient.js).
 * @returns a function that restores the variable.
 */
function nameWebsite(host: string): () => void {
  if (process.env.WEBSITE_HOSTNAME !== undefined) return () => undefined;
  process.env.WEBSITE_HOSTNAME = host;
  return () => {
    delete process.env.WEBSITE_HOSTNAME;
  };
}

/** Nobody can connect to a wildcard address. */
function urlHost(hostname: string): string {
  if (hostname === '0.0.0.0' || hostname === '::') return 'localhost';
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}

async function within(timeInMs: number, work: Promise<unknown>): Promise<void> {
  let timeout: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timeout = setTimeout(resolve, timeInMs);
  });
  await Promise.race([work, over]);
  clearTimeout(timeout);
}
