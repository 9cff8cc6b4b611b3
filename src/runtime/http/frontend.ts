import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from '../../shared/logger.ts';
import { startTimeLimit } from '../time-limit.ts';
import type { FunctionsWorker } from '../worker.ts';
import { answerBuffered } from './buffered.ts';
import { BodyTooLarge, type Exchange } from './exchange.ts';
import { type HostKeys, isAuthorized, isKnown } from './keys.ts';
import { parseRequestPath, type RequestPath } from './request-path.ts';
import type { Route, RouteTable } from './route-table.ts';
import type { HttpStream } from './stream-server.ts';
import { answerStreamed } from './streamed.ts';

export interface FrontendOptions {
  readonly routes: RouteTable;
  readonly keys: HostKeys;
  readonly stream: HttpStream | undefined;
  readonly call: FunctionsWorker['call'];
  readonly durableClient: () => string;
  /** Answers below /runtime/webhooks/durabletask; the key was checked. */
  readonly webhook: (request: IncomingMessage, response: ServerResponse, path: RequestPath) => Promise<void>;
  /** Answers at /runtime/webhooks/blobs; the key was checked. */
  readonly blobEvents: (request: IncomingMessage, response: ServerResponse, path: RequestPath) => Promise<void>;
  readonly functionTimeoutInMs: number;
  readonly maxBodyBytes: number;
  /** Whether a proxy in front sets the headers x-ms-client-principal…; else they are dropped, as App Service drops them. */
  readonly trustPrincipalHeaders: boolean;
  readonly isStopping: () => boolean;
  readonly logger: Logger;
}

export const WEBHOOK_SEGMENTS = ['runtime', 'webhooks', 'durabletask'] as const;

const BLOB_EVENTS_SEGMENTS = ['runtime', 'webhooks', 'blobs'] as const;

const HOST_HEADER = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

const HOME_PAGE = '<!DOCTYPE html><title>Functions</title><p>This Functions app is running.</p>\n';

class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Routes requests to functions as the Functions host does; keys never get into log lines, since queries do not. */
export function createFrontend(options: FrontendOptions): RequestListener {
  return (request, response) => {
    const path = parseRequestPath(request.url ?? '/');
    if (options.isStopping()) return refuse(response, 503);
    if (!path || !HOST_HEADER.test(request.headers.host ?? '')) return refuse(response, 400);
    if (isBelow(path, WEBHOOK_SEGMENTS)) {
      if (!isAuthorized(keyOf(request, path), 'system', options.keys)) {
        return refuseKey(response, isKnown(keyOf(request, path), options.keys));
      }
      const below = { ...path, segments: path.segments.slice(WEBHOOK_SEGMENTS.length) };
      options.webhook(request, response, below).catch((error) => fail(options, response, 'durabletask', error));
      return;
    }
    if (isBelow(path, BLOB_EVENTS_SEGMENTS)) {
      if (!isAuthorized(keyOf(request, path), 'blobEvents', options.keys)) {
        return refuseKey(response, isKnown(keyOf(request, path), options.keys));
      }
      options.blobEvents(request, response, path).catch((error) => fail(options, response, 'blobs', error));
      return;
    }
    const match = options.routes.match(request.method ?? 'GET', path.segments);
    if (!match) return answerBeside(request, response, path, options.keys);
    if (!isAuthorized(keyOf(request, path), match.route.authLevel, options.keys)) return refuse(response, 401);
    answer(options, request, response, path, match.route, match.parameters).catch((error) =>
      fail(options, response, match.route.functionName, error),
    );
  };
}

/**
 * What the host has beside the functions: a page at its root, and its own API, of which nothing is served here.
 * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.WebHost/Middleware/HomepageMiddleware.cs
 */
function answerBeside(request: IncomingMessage, response: ServerResponse, path: RequestPath, keys: HostKeys): void {
  const [first] = path.segments;
  if (first === undefined && request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': HOME_PAGE.length }).end(HOME_PAGE);
  } else if (first?.toLowerCase() === 'admin' && !isAuthorized(keyOf(request, path), 'admin', keys)) {
    refuseKey(response, false);
  } else {
    refuse(response, 404);
  }
}

function isBelow({ segments }: RequestPath, above: readonly string[]): boolean {
  return above.every((segment, index) => segments[index]?.toLowerCase() === segment);
}

async function answer(
  options: FrontendOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: RequestPath,
  route: Route,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const controller = new AbortController();
  const stopTimeLimit = startTimeLimit(options.functionTimeoutInMs, (timeout) => controller.abort(timeout));
  response.once('close', () => controller.abort(new ClientGone('the client has gone')));
  if (!options.trustPrincipalHeaders) dropPrincipal(request);
  appendAddress(request);
  const exchange: Exchange = {
    request,
    response,
    route,
    parameters,
    path,
    method: request.method ?? 'GET',
    host: request.headers.host ?? '',
    invocationId: randomUUID(),
    durableClient: options.durableClient(),
    maxBodyBytes: options.maxBodyBytes,
    signal: controller.signal,
    call: options.call,
  };
  try {
    await (options.stream ? answerStreamed(exchange, options.stream) : answerBuffered(exchange));
  } finally {
    stopTimeLimit();
  }
}

/** Where a request carries its key. */
function keyOf(request: IncomingMessage, { query }: RequestPath): Parameters<typeof isAuthorized>[0] {
  const header = request.headers['x-functions-key'];
  return { header: Array.isArray(header) ? header.join() : header, query };
}

/** Of the host's own addresses: 403 for a key that opens something else. */
function refuseKey(response: ServerResponse, isKey: boolean): void {
  if (isKey) refuse(response, 403);
  else refuse(response, 401, { 'www-authenticate': 'Bearer' });
}

/** https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities: never from outside. */
function dropPrincipal(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-ms-client-principal')) delete request.headers[name];
  }
}

/** What came with the request may be anybody's word; the last address is the one that is connected, as behind App Service. */
function appendAddress({ headers, socket }: IncomingMessage): void {
  const { 'x-forwarded-for': before = [] } = headers;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  if (address !== '') headers['x-forwarded-for'] = [before, address].flat().join(', ');
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': 0 }).end();
}

function fail({ logger }: FrontendOptions, response: ServerResponse, name: string, error: unknown): void {
  if (error instanceof ClientGone || response.destroyed) {
    logger.log('debug', `${name}: the client has gone`);
    return;
  }
  if (error instanceof BodyTooLarge && !response.headersSent) {
    refuse(response, 413);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  logger.log('error', `the function ${name} failed: ${message}`);
  // An answer that has begun can only be broken off, so that the client does not take it for whole.
  if (response.headersSent) response.destroy();
  else refuse(response, 500);
}
