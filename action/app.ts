import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../src/domain/api/problem.ts';
import { isLasting, outboundFailure } from '../src/outbound/failure.ts';
import { outboundFetch } from '../src/outbound/fetch.ts';
import { StepFailure } from './inputs.ts';

/** An answer that is an error, with the app's own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super([problem?.detail ?? `The app answered ${status}.`, problem?.hint].filter(Boolean).join(' '));
    this.status = status;
    this.problem = problem;
  }
}

export interface App {
  /** Where it is. */
  readonly url: string;
  /** Only what may be sent twice is repeated after lost connections. */
  send(method: 'GET' | 'POST', path: string, options?: SendOptions): Promise<Response>;
}

export interface SendOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isRepeatable?: boolean;
}

/** Tries for about ten minutes: longer than a restart or an upgrade of the app takes. */
const ATTEMPTS = 70;
const PASSING = new Set([429, 502, 503, 504]);

export function openApp(
  { url, key }: { readonly url: string; readonly key: string },
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): App {
  return {
    url,
    async send(method, path, { body, headers, isRepeatable = method === 'GET' } = {}) {
      const request = {
        method,
        // Followed, a redirect would carry the key to wherever it points.
        redirect: 'manual' as const,
        headers: { 'x-functions-key': key, 'x-draftgenie-caller': 'github-actions', ...headers },
        ...(body !== undefined && { body }),
      };
      const response = await repeat(`${url}${path}`, request, isRepeatable ? ATTEMPTS : 1, pause);
      if (response.ok) return response;
      throw new Refusal(response.status, await problemOf(response));
    },
  };
}

/** Sends a request until it is answered; a 503 of the app itself counts as no answer. */
export async function repeat(
  address: string,
  request: RequestInit,
  attempts: number,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<Response> {
  for (let count = 1; ; count += 1) {
    try {
      const response = await outboundFetch(address, request);
      if (count >= attempts || !PASSING.has(response.status)) return response;
      await response.body?.cancel();
    } catch (error) {
      const failure = outboundFailure(error);
      if (failure && isLasting(failure)) throw new StepFailure(`${failure.message} ${failure.hint}`);
      if (count >= attempts) {
        // Without the path: that of an upload is a capability.
        throw new StepFailure(`${new URL(address).origin} cannot be reached: ${reasonOf(error)}.`);
      }
    }
    await pause(Math.min(250 * 2 ** (count - 1), 10_000));
  }
}

function reasonOf(error: unknown): string {
  return outboundFailure(error)?.message ?? (error as NodeJS.ErrnoException).code ?? String(error);
}

async function problemOf(response: Response): Promise<Problem | undefined> {
  try {
    return (await response.json()) as Problem;
  } catch {
    // A proxy's own words; the status says enough.
    return undefined;
  }
}
