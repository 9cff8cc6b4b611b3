import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage } from '../../state/ports.ts';
import { comparePositions } from '../../state/positions.ts';
import { type ReadOn, readOn } from './read-on.ts';

/** Before every position of a stream. */
const START = '0';

/** Followers of one run's events, who share one reader. */
export interface Following {
  readonly followers: number;
  /** Pages as they come, from the start again where the storage has lost events; and an empty one with every look that finds nothing, so that whoever follows can look at the clock. */
  follow(position: string): AsyncGenerator<EventPage>;
}

/** What one look found, from where the look before it ended or anew, and the next look, which is made when the first follower asks for it. */
interface Look extends ReadOn {
  next(): Promise<Look>;
}

/**
 * However many follow, there is one look at the events every `pollInMs`; nobody looks when nobody follows.
 *
 * @param read events after a position, or all of them
 */
export function createFollowing(read: (after: string | undefined) => Promise<EventPage>, pollInMs: number): Following {
  let followers = 0;
  /** Everything up to here was given to all who follow. */
  let newest: Look | undefined;

  function lookOf({ page, isAnew }: ReadOn): Look {
    let next: Promise<Look> | undefined;
    return {
      page,
      isAnew,
      next() {
        next ??= lookAfter(page.position).catch((error: unknown) => {
          // All who waited hear of it; who comes later looks again.
          next = undefined;
          throw error;
        });
        return next;
      },
    };
  }

  async function lookAfter(position: string): Promise<Look> {
    await sleep(pollInMs);
    const look = lookOf(await readOn(read, position));
    newest = look;
    return look;
  }

  async function* pages(position: string): AsyncGenerator<EventPage> {
    newest ??= lookOf({ page: { events: [], positions: [], position }, isAnew: false });
    let look = newest;
    let seen = position;
    if (comparePositions(seen, look.page.position) < 0) {
      // The others are further on. What is read now reaches to where they are.
      const { page: missed } = await readOn(read, seen);
      seen = missed.position;
      yield missed;
    }
    for (;;) {
      look = await look.next();
      if (look.isAnew) seen = START;
      yield pageAfter(look.page, seen);
    }
  }

  return {
    get followers() {
      return followers;
    },
    async *follow(position) {
      followers += 1;
      try {
        yield* pages(position);
      } finally {
        followers -= 1;
        if (followers === 0) newest = undefined;
      }
    },
  };
}

/** A page without what somebody has seen, who may be further on than the others. */
function pageAfter(page: EventPage, seen: string): EventPage {
  const first = page.positions.findIndex((position) => comparePositions(position, seen) > 0);
  if (first === 0) return page;
  const from = first === -1 ? page.positions.length : first;
  return { events: page.events.slice(from), positions: page.positions.slice(from), position: page.position };
}
