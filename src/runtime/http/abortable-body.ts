import { ReadableStream } from 'node:stream/web';

interface StreamedResponse {
  readonly status?: number;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly enableContentNegotiation?: boolean;
  readonly body: ReadableStream | AsyncIterable<unknown>;
}

/**
 * Lets a streamed response end when the signal is aborted. The library reads a body to its end even if the client has gone
 * (sendProxyResponse in @azure/functions, src/http/httpProxy.ts): a stream of events would go on without a reader.
 */
export function untilAborted(result: unknown, signal: AbortSignal | undefined): unknown {
  if (!signal || !isStreamed(result)) return result;
  const { status, headers, cookies, enableContentNegotiation, body } = result;
  const stream = body instanceof ReadableStream ? body : ReadableStream.from(body);
  return {
    ...(status !== undefined && { status }),
    ...(headers !== undefined && { headers }),
    ...(cookies !== undefined && { cookies }),
    ...(enableContentNegotiation !== undefined && { enableContentNegotiation }),
    body: stream.pipeThrough(new TransformStream(), { signal }),
  };
}

function isStreamed(result: unknown): result is StreamedResponse {
  if (typeof result !== 'object' || result === null || !('body' in result)) return false;
  const { body } = result;
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
