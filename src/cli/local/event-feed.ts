import type { RunEvent } from '../../domain/events.ts';

/** Passes events on to one reader, in order, as they happen. */
export interface EventFeed {
  push(event: RunEvent): void;
  /** What was pushed and not read yet, then what comes, until `end` settles; rejects when that does. */
  until(end: Promise<unknown>): AsyncGenerator<RunEvent>;
}

export function createEventFeed(): EventFeed {
  let waiting: RunEvent[] = [];
  let wake = (): void => undefined;
  return {
    push(event) {
      waiting.push(event);
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
