/** Lets so many through at a time; the others wait, in their order, and of those only so many. */
export interface Turnstile {
  /**
   * Does the work when its turn has come.
   * @param isFull what is thrown when too many wait already
   */
  pass<Result>(work: () => Promise<Result>, isFull: () => Error): Promise<Result>;
}

export function createTurnstile({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }): Turnstile {
  const queue: (() => void)[] = [];
  let working = 0;
  return {
    async pass(work, isFull) {
      if (working >= atOnce) {
        if (queue.length >= waiting) throw isFull();
        // Whoever ends hands its place on.
        await new Promise<void>((resolve) => queue.push(resolve));
      } else working += 1;
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next) next();
        else working -= 1;
      }
    },
  };
}
