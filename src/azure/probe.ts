import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { errorOfException } from './errors.ts';
import type { HttpProbe, SmokeMethod } from './ports.ts';

const DEFAULT_TIMEOUT_IN_SECONDS = 10;
const MAX_BODY_LENGTH = 64 * 1024;

/** Asks an address as a user of the application would: without a token, without following redirects. */
export function createProbe(transport: HttpClient): HttpProbe {
  async function send(method: SmokeMethod, url: string, timeoutInSeconds: number) {
    const request = createPipelineRequest({ url, method, timeout: timeoutInSeconds * 1000 });
    return await transport.sendRequest(request);
  }

  return {
    async get(url, timeoutInSeconds = DEFAULT_TIMEOUT_IN_SECONDS) {
      try {
        const { status, headers } = await send('GET', url, timeoutInSeconds);
        const date = new Date(headers.get('date') ?? '');
        return { kind: 'answered', status, ...(!Number.isNaN(date.getTime()) && { date }) };
      } catch (error) {
        const { code, message } = errorOfException(error);
        return { kind: 'unreachable', code, message };
      }
    },
    async request(method, url) {
      try {
        const { status, bodyAsText } = await send(method, url, DEFAULT_TIMEOUT_IN_SECONDS);
        return { status, body: (bodyAsText ?? '').slice(0, MAX_BODY_LENGTH) };
      } catch (error) {
        // To a user every missing answer is the same; a bug of ours is still thrown.
        errorOfException(error);
        return undefined;
      }
    },
  };
}
