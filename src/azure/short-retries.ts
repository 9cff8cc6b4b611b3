import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { errorOfException, isOutOfReach, retryAfterOf } from './errors.ts';

/** Pauses before the second and the third attempt. */
const PAUSES_IN_MS = [250, 1000] as const;
/** A longer Retry-After is left to the durable timer: an activity must not sleep, and the SDKs would wait without a limit. */
const LONGEST_PAUSE_IN_SECONDS = 2;
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/**
 * Repeats a request after a lost connection or a server error, at most twice and within about a second. A 429 goes
 * straight to the caller, which waits on a durable timer.
 */
export function shortRetries(): PipelinePolicy {
  return {
    name: 'draftgenieShortRetries',
    async sendRequest(request, next) {
      // The vault client removes body and headers while it answers the vault's challenge; an attempt that ends there must not lose them.
      const { body } = request;
      const headers = request.headers.toJSON({ preserveCase: true });
      for (const pauseInMs of PAUSES_IN_MS) {
        const answer = await attempt(() => next(request));
        if (answer.kind === 'final') return answer.response;
        await sleep(pauseInMs);
        request.body = body;
        for (const [name] of request.headers) request.headers.delete(name);
        for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
      }
      return await next(request);
    },
  };
}

type Attempt = { readonly kind: 'final'; readonly response: PipelineResponse } | { readonly kind: 'passing' };

async function attempt(send: () => Promise<PipelineResponse>): Promise<Attempt> {
  let response: PipelineResponse;
  try {
    response = await send();
  } catch (error) {
    if (!isOutOfReach(errorOfException(error))) throw error;
    return { kind: 'passing' };
  }
  const pause = retryAfterOf(response.headers.toJSON()) ?? 0;
  const isPassing = PASSING_STATUS.has(response.status) && pause <= LONGEST_PAUSE_IN_SECONDS;
  return isPassing ? { kind: 'passing' } : { kind: 'final', response };
}
