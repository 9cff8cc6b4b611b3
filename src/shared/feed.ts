/** Passes items on to one reader, in order, as they come. */
export interface Feed<Item> {
  push(item: Item): void;
  /** What was pushed and not read yet, then what comes, until `end` settles; rejects when that does. */
  until(end: Promise<unknown>): AsyncGenerator<Item>;
}

export function createFeed<Item>(): Feed<Item> {
  let waiting: Item[] = [];
  let wake = (): void => undefined;
  return {
    push(item) {
      waiting.push(item);
      wake();
    },
    async *until(end) {
      let isOver = false;
      const over = (): void => {
        isOver = true;
        wake();
      };
      end.then(over, over);
      for (;;) {
        const batch = waiting;
        waiting = [];
        yield* batch;
        if (waiting.length > 0) continue;
        if (isOver) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await end;
    },
  };
}
