import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { errorOfException } from './errors.ts';
import type { HttpProbe } from './ports.ts';

const DEFAULT_TIMEOUT_IN_SECONDS = 10;

/** GETs an address as a user of the application would: without a token, without following redirects. */
export function createProbe(transport: HttpClient): HttpProbe {
  return {
    async get(url, timeoutInSeconds = DEFAULT_TIMEOUT_IN_SECONDS) {
      const request = createPipelineRequest({ url, method: 'GET', timeout: timeoutInSeconds * 1000 });
      try {
        const { status } = await transport.sendRequest(request);
        return { kind: 'answered', status };
      } catch (error) {
        return { kind: 'unreachable', message: errorOfException(error).message };
      }
    },
  };
}
