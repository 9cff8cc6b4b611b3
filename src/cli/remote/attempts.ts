import { setTimeout as delay } from 'node:timers/promises';
import { isLasting, outboundFailure } from '../../outbound/failure.ts';
import { UserError } from '../../shared/errors.ts';

/** Answers that another attempt may turn into a good one: a restart, a gateway, too much at once. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export const realSleep: Sleep = (milliseconds, signal) => delay(milliseconds, undefined, signal ? { signal } : {});

export interface AttemptOptions {
  /** The request may be sent twice without doing anything twice. */
  readonly repeatable: boolean;
  readonly attempts: number;
  readonly sleep: Sleep;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request; one that may be repeated is sent again after lost connections and passing answers.
 * @returns the last answer, whatever its status
 * @throws UserError `remote_unreachable`, `proxy_unreachable` or, at once, what lasts (exit 1)
 */
export async function attempt(
  url: string,
  send: () => Promise<Response>,
  { repeatable, attempts, sleep, signal }: AttemptOptions,
): Promise<Response> {
  for (let count = 1; ; count += 1) {
    const isLast = !repeatable || count >= attempts;
    try {
      const response = await send();
      if (isLast || !PASSING.has(response.status)) return response;
      await response.body?.cancel();
      await sleep(retryAfterInMs(response) ?? backoffInMs(count), signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      const failure = outboundFailure(error);
      if (failure && isLasting(failure)) throw failure;
      if (isLast) throw failure ?? unreachable(url, error);
      await sleep(backoffInMs(count), signal);
    }
  }
}

/** 0.25 s, doubled up to 10 s. */
export function backoffInMs(count: number): number {
  return Math.min(250 * 2 ** (count - 1), 10_000);
}

export function unreachable(url: string, cause: unknown): UserError {
  return new UserError(`${url} cannot be reached: ${reasonOf(cause)}.`, {
    code: 'remote_unreachable',
    hint: 'Check the address and the network. What was started goes on.',
    cause,
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}

function retryAfterInMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 30) * 1000 : undefined;
}
