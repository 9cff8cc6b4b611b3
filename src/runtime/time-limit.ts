import type { Invocation, InvocationResult } from './invocation.ts';
import type { FunctionsWorker } from './worker.ts';

export class FunctionTimeout extends Error {
  override readonly name = 'FunctionTimeout';

  constructor(timeLimitInMs: number) {
    super(`timed out after ${timeLimitInMs} ms`);
  }
}

/** What setTimeout takes at most; no function runs that long. */
const LONGEST_TIMEOUT_IN_MS = 2 ** 31 - 1;

/** Calls `over` when the time is over, unless the returned function is called before. An infinite limit never ends. */
export function startTimeLimit(timeLimitInMs: number, over: (timeout: FunctionTimeout) => void): () => void {
  const end = (): void => over(new FunctionTimeout(timeLimitInMs));
  const timeout = setTimeout(end, Math.min(timeLimitInMs, LONGEST_TIMEOUT_IN_MS));
  return () => clearTimeout(timeout);
}

/** A function in this process cannot be stopped: after its time it is left running and counts as failed. */
export function withTimeLimit(
  call: FunctionsWorker['call'],
  timeLimitInMs: number,
): (name: string, invocation: Invocation) => Promise<InvocationResult> {
  return async (name, invocation) => {
    let stop = (): void => undefined;
    const timeout = new Promise<never>((_, reject) => {
      stop = startTimeLimit(timeLimitInMs, reject);
    });
    try {
      return await Promise.race([call(name, invocation), timeout]);
    } finally {
      stop();
    }
  };
}
