import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from '../shared/once.ts';

/** By which the host names the invocation of a request that it hands to the library's own server (`enableHttpStream`). */
const INVOCATION_ID = 'x-ms-invocation-id';

/** Readers of answers that are being written, by invocation. */
const readers = new Map<string, AbortController>();

/**
 * Begins to notice readers that go away. The library writes on to a connection that its host has closed, until the stream ends or the
 * host's time limit does (`sendProxyResponse` in
 * https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/src/http/httpProxy.ts), and hands neither connection nor signal to
 * the handler. Node tells of every request that a server of this process gets
 * (https://nodejs.org/api/diagnostics_channel.html#http).
 */
export const watchReaders = once((): void => {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const id = request.headers[INVOCATION_ID];
    if (typeof id !== 'string' || readers.has(id)) return;
    const left = new AbortController();
    readers.set(id, left);
    response.once('close', () => {
      readers.delete(id);
      left.abort();
    });
  });
});

/** What is to be written, until its reader has gone; to the end where nobody tells of readers. */
export async function* untilLeft<Part>(invocationId: string, parts: AsyncIterable<Part>): AsyncGenerator<Part> {
  const left = readers.get(invocationId)?.signal;
  const gone = Promise.withResolvers<undefined>();
  const leave = (): void => gone.resolve(undefined);
  left?.addEventListener('abort', leave, { once: true });
  if (left?.aborted) leave();
  const iterator = parts[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), gone.promise]);
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    left?.removeEventListener('abort', leave);
    // Not awaited: it ends when what it waits for has come, and how that went nobody is there to be told.
    iterator.return?.().catch(() => undefined);
  }
}
