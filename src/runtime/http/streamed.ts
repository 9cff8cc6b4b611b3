import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { orAborted } from '../abort.ts';
import { BodyTooLarge, checkDeclaredLength, type Exchange, functionHeaders, isHopByHop } from './exchange.ts';
import type { HttpStream } from './stream-server.ts';

const INVOCATION_ID = 'x-ms-invocation-id';

/**
 * HTTP streaming of @azure/functions: the raw request is proxied to the library's server while the function is invoked, and
 * the response comes back over the proxy (docs of the setup option enableHttpStream; src/http/httpProxy.ts of the library).
 * A handler that throws leaves the proxied request unanswered; a handler that returns nothing too.
 */
export async function answerStreamed(exchange: Exchange, stream: HttpStream): Promise<void> {
  const { request, response, route, signal, invocationId } = exchange;
  checkDeclaredLength(request, exchange.maxBodyBytes);
  const headers = functionHeaders(request);
  const upstream = http.request({
    host: '127.0.0.1',
    port: stream.port,
    method: exchange.method,
    path: request.url ?? '/',
    agent: false,
    // Kept alive, so that an answer that comes before the end of the body is not lost in a reset connection.
    headers: { ...upstreamHeaders(exchange, headers), connection: 'keep-alive' },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    // This listener stays, because the connection may also break after the answer; the reader of the answer notices that.
    upstream.on('error', reject);
  });
  const uploaded = upload(exchange, upstream);
  const invoked = exchange.call(route.functionName, {
    invocationId,
    durableClient: exchange.durableClient,
    trigger: { http: {} },
    triggerMetadata: triggerMetadata(exchange, headers),
    signal,
  });
  // A body that fails in the middle leaves the proxied response open as well.
  invoked.catch((error: Error) => upstream.destroy(error));
  try {
    const nothing = invoked.then(({ hasResult }) => (hasResult ? answered : undefined));
    const answer = await orAborted(Promise.race([answered, nothing, uploaded]), signal);
    if (!answer) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(answer.statusCode ?? 200, responseHeaders(answer));
    if (request.method === 'HEAD') response.end();
    else await orAborted(pipeline(answer, response), signal);
  } finally {
    request.unpipe();
    upstream.destroy();
    request.resume();
  }
}

/** Never resolves; rejects when the body is too long. Every other failure here shows in the answer. */
function upload({ request, method, maxBodyBytes }: Exchange, upstream: ClientRequest): Promise<never> {
  if (method === 'GET' || method === 'HEAD') {
    upstream.end();
    request.resume();
    return new Promise(() => undefined);
  }
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) done(new BodyTooLarge());
      else done(null, chunk);
    },
  });
  request.pipe(counted).pipe(upstream);
  // A client that goes away in the middle must break the body for the function, not end it.
  request.once('close', () => {
    if (!request.complete) upstream.destroy(new Error('the client has gone'));
  });
  return new Promise((_, reject) => {
    counted.once('error', (error) => {
      upstream.destroy(error);
      reject(error);
    });
  });
}

function upstreamHeaders({ host, invocationId }: Exchange, headers: Readonly<Record<string, string>>) {
  return { ...headers, 'x-forwarded-host': host, 'x-forwarded-proto': 'http', [INVOCATION_ID]: invocationId };
}

function triggerMetadata({ path, parameters }: Exchange, headers: Readonly<Record<string, string>>) {
  const values = Object.entries(parameters).map(([name, value]) => [name, { string: value }]);
  return {
    ...Object.fromEntries(values),
    Headers: { json: JSON.stringify(headers) },
    Query: { json: JSON.stringify(Object.fromEntries(path.query)) },
  };
}

function responseHeaders({ headers }: IncomingMessage): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name]) => !isHopByHop(name) && name !== INVOCATION_ID);
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
