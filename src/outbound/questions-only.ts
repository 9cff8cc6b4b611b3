import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { type AllowedOrigins, isAllowed } from './terms.ts';

/**
 * A request that is not sent, since what asks for it was written by somebody who is not trusted. It counts as what the caller may not
 * ask (403), so that whatever can go on without the answer does.
 */
class NotAsked extends Error {
  override readonly name = 'NotAsked';
  readonly code = 'not_asked';
  readonly statusCode = 403;

  constructor({ method, url }: Pick<PipelineRequest, 'method' | 'url'>) {
    super(`${method} ${new URL(url).origin} is not sent for a configuration that is not trusted`);
  }
}

/**
 * The same transport, of which only questions leave, and only to these origins; at every attempt, and after a redirect. Whatever else
 * a client wants to send, with or without a token, rejects with NotAsked before anything is connected to.
 */
export function questionsOnly(transport: HttpClient, origins: AllowedOrigins): HttpClient {
  return {
    async sendRequest(request) {
      if (request.method !== 'GET' || !isAllowed(new URL(request.url), origins)) throw new NotAsked(request);
      return await transport.sendRequest(request);
    },
  };
}
