/** The callers that wait for the end of an instance. */
export interface Completions {
  /** Resolves with the next `ended` of the instance; rejects with the signal's reason, or when the engine breaks. */
  wait(instanceId: string, signal?: AbortSignal): Promise<void>;
  ended(instanceId: string): void;
  /** The engine has failed: every waiter is rejected. */
  break(error: unknown): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createCompletions(): Completions {
  const waiting = new Map<string, Set<Waiter>>();
  let broken: { readonly error: unknown } | undefined;
  return {
    async wait(instanceId, signal) {
      if (broken) throw broken.error;
      const waiters = waiting.get(instanceId) ?? new Set();
      waiting.set(instanceId, waiters);
      let abort = (): void => undefined;
      try {
        await new Promise<void>((resolve, reject) => {
          waiters.add({ resolve, reject });
          abort = () => reject(signal?.reason);
          signal?.addEventListener('abort', abort, { once: true });
        });
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    ended(instanceId) {
      const waiters = waiting.get(instanceId);
      waiting.delete(instanceId);
      for (const { resolve } of waiters ?? []) resolve();
    },
    break(error) {
      broken = { error };
      for (const waiters of waiting.values()) for (const { reject } of waiters) reject(error);
      waiting.clear();
    },
  };
}
