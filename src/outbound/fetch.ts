import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { once } from '../shared/once.ts';
import { forgetIdle } from './forget-idle.ts';
import { pacedBody } from './paced-body.ts';
import type { Variables } from './proxy-settings.ts';
import { type PublicOnly, publicOnly, publicOnlyBut } from './public-only.ts';
import { createRoutes, processRoutes, type Routes } from './routes.ts';
import { type TimeLimits, USUAL_LIMITS } from './time-limits.ts';
import { watchRequest } from './watch-request.ts';

/** What this product uses of the standard `fetch`, by the routes of the process: Node's own does not know the proxy. */
export type Fetch = (address: string | URL | Request, options?: RequestInit) => Promise<Response>;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** As in the standard: https://fetch.spec.whatwg.org/#http-redirect-fetch */
const MOST_REDIRECTS = 20;
/** Answers that have no body: https://fetch.spec.whatwg.org/#null-body-status */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Of a served app, and of what else is no service of Azure's: a function answers for 230 seconds at most, and a stream of events goes
 * on for as long as its run, with a word now and then. https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout
 */
const PATIENT_LIMITS: TimeLimits = { connect: USUAL_LIMITS.connect, firstByte: 240, idle: 120, leastBytes: 1 };

/**
 * Rejects with Node's own error, a ProxyError or a NoAnswer, and not with an error around it; with the signal's reason when it is
 * aborted.
 */
export function createFetch(
  routes: () => Routes = processRoutes,
  limits: TimeLimits = PATIENT_LIMITS,
  requirePermitted: (address: URL) => void = () => undefined,
): Fetch {
  return async (address, options) => {
    let request = new Request(address, options);
    // A Request tells its own signal only for as long as somebody holds the Request: the caller's lasts.
    const signal = options?.signal ?? (address instanceof Request ? address.signal : undefined);
    const body = Buffer.from(await request.arrayBuffer());
    for (let redirects = 0; ; redirects += 1) {
      requirePermitted(new URL(request.url));
      const response = await send(routes(), request, { body, signal, limits });
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null || request.redirect === 'manual') return response;
      await response.body?.cancel();
      request = redirected(request, new URL(location, request.url), redirects);
    }
  };
}

/** Headers that say nothing but what is asked for. Others may be keys, whatever they are called. */
const FOR_ANY_HOST: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent']);

/** For served apps: addresses that whoever runs this process chose. */
export const outboundFetch: Fetch = createFetch();

/**
 * For git hosts: addresses that a configuration names, and that redirects lead to.
 * Rejects with PrivateAddress, before anything is connected to, where that is inside.
 */
export function createPublicFetch(
  variables: Variables,
  { require, lookup }: PublicOnly = publicOnlyBut(variables),
): Fetch {
  return createFetch(
    once(() => createRoutes(variables, lookup)),
    USUAL_LIMITS,
    require,
  );
}

/** For webhooks, whose addresses a configuration names, too; what `DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS` names may be inside. */
export function createWebhookFetch(variables: Variables): Fetch {
  return createPublicFetch(variables, publicOnly(variables.DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS ?? ''));
}

/** Only questions are followed, not to where they would be readable on their way, and without what was meant for one host. */
function redirected(request: Request, to: URL, redirects: number): Request {
  const from = new URL(request.url);
  const isAllowed =
    ['GET', 'HEAD'].includes(request.method) && !(from.protocol === 'https:' && to.protocol === 'http:');
  if (!isAllowed || redirects === MOST_REDIRECTS) throw new Error(`it redirects to ${to.origin}`);
  const next = new Request(to, { method: request.method, headers: request.headers });
  if (to.origin !== from.origin)
    for (const name of [...next.headers.keys()]) if (!FOR_ANY_HOST.has(name)) next.headers.delete(name);
  return next;
}

function send(
  routes: Routes,
  request: Request,
  {
    body,
    signal,
    limits,
  }: { readonly body: Buffer; readonly signal: AbortSignal | undefined; readonly limits: TimeLimits },
): Promise<Response> {
  const url = new URL(request.url);
  const { method } = request;
  const headers = {
    accept: '*/*',
    'user-agent': 'draftgenie-deploy',
    ...Object.fromEntries(request.headers),
    ...((body.length > 0 || method === 'PUT' || method === 'POST') && { 'content-length': body.length }),
  };
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const client = url.protocol === 'https:' ? https : http;
    const agent = routes.agentFor(url);
    const sent = client.request(url, { method, headers, agent });
    const watch = watchRequest(sent, url.host, limits);
    let answer: IncomingMessage | undefined;
    const abort = (): void => void (answer ?? sent).destroy(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    sent.once('close', () => signal?.removeEventListener('abort', abort));
    sent.once('error', (error) => {
      if (watch.failure()) forgetIdle(agent, url);
      reject(watch.failure() ?? error);
    });
    sent.once('response', (message) => {
      answer = message;
      try {
        resolve(responseOf(message));
      } catch (error) {
        sent.destroy();
        reject(error);
      }
    });
    pacedBody(body).pipe(sent);
  });
}

function responseOf(message: IncomingMessage): Response {
  const { statusCode: status = 0, rawHeaders } = message;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  if (!WITHOUT_BODY.has(status)) return new Response(Readable.toWeb(message) as ReadableStream, { status, headers });
  message.resume();
  return new Response(null, { status, headers });
}
