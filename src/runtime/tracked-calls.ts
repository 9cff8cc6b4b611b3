import type { FunctionsWorker } from './worker.ts';

/** Calls of functions, with the means to wait for the end of those under way. */
export interface TrackedCalls {
  readonly call: FunctionsWorker['call'];
  /** Resolves when no call is under way. */
  idle(): Promise<void>;
}

export function trackInvocations(call: FunctionsWorker['call']): TrackedCalls {
  const running = new Set<Promise<unknown>>();
  return {
    call(name, invocation) {
      const called = call(name, invocation);
      const settled: Promise<void> = Promise.allSettled([called]).then(() => {
        running.delete(settled);
      });
      running.add(settled);
      return called;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
