import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/events.ts';
import { createFollowing } from '../../../../src/runs/reading/following.ts';
import type { EventPage } from '../../../../src/state/ports.ts';
import { comparePositions, invalidPosition } from '../../../../src/state/positions.ts';

/** A log whose positions are numbers of events. */
function log() {
  const events: RunEvent[] = [];
  const source = {
    reads: 0,
    fails: false,
    add(...ids: string[]) {
      for (const id of ids)
        events.push({ type: 'log', level: 'info', id, runId: 'r', environment: 'e', at: 't', message: id });
    },
    /** What the storage forgets. */
    lose: (count: number) => void events.splice(-count),
    async read(after = '0'): Promise<EventPage> {
      source.reads += 1;
      if (source.fails) throw new Error('away');
      const from = Number(after);
      if (from > events.length) throw invalidPosition(after);
      const page = events.slice(from);
      const positions = page.map((_, index) => String(from + index + 1));
      return { events: page, positions, position: String(events.length) };
    },
  };
  return source;
}

/** The ids of the events that a follower is given until there are so many. */
async function take(pages: AsyncGenerator<EventPage>, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { value } = await pages.next();
    ids.push(...(value as EventPage).events.map(({ id }) => id));
  }
  return ids;
}

describe('followers of a run', () => {
  it('share one reader, however many they are', async () => {
    const source = log();
    const following = createFollowing(source.read, 1);
    const all = Array.from({ length: 500 }, () => following.follow('0'));
    const taken = all.map((pages) => take(pages, 3));
    source.add('a', 'b');
    await Promise.all(all.map((pages) => pages.next()));
    source.add('c');
    for (const ids of await Promise.all(taken)) expect(ids).toEqual(['a', 'b', 'c']);
    expect(source.reads).toBeLessThan(20);
    expect(following.followers).toBe(500);
    await Promise.all(all.map((pages) => pages.return(undefined)));
    expect(following.followers).toBe(0);
  });

  it('go on when the storage has lost events, and are told anew what is there', async () => {
    const source = log();
    source.add('a', 'b', 'c');
    const following = createFollowing(source.read, 1);
    const early = following.follow('0');
    const late = following.follow('2');
    expect([await take(early, 3), await take(late, 1)]).toEqual([['a', 'b', 'c'], ['c']]);
    source.lose(2);
    expect([await take(early, 1), await take(late, 1)]).toEqual([['a'], ['a']]);
    source.add('b', 'd');
    expect([await take(early, 2), await take(late, 2)]).toEqual([
      ['b', 'd'],
      ['b', 'd'],
    ]);
  });

  it('are given each event once, wherever they begin', async () => {
    const source = log();
    source.add('a', 'b', 'c');
    const following = createFollowing(source.read, 1);
    const first = following.follow('2');
    expect(await take(first, 1)).toEqual(['c']);
    source.add('d', 'e');
    // One that is behind the others, one that is where they are, and one that is ahead.
    const behind = following.follow('0');
    const ahead = following.follow('5');
    const with_ = following.follow('3');
    const later = [take(behind, 6), take(ahead, 1), take(with_, 3), take(first, 3)];
    await new Promise((resolve) => setTimeout(resolve, 5));
    source.add('f');
    expect(await Promise.all(later)).toEqual([['a', 'b', 'c', 'd', 'e', 'f'], ['f'], ['d', 'e', 'f'], ['d', 'e', 'f']]);
  });

  it('read nothing where nobody follows any more, and begin anew', async () => {
    const source = log();
    const following = createFollowing(source.read, 1);
    const pages = following.follow('0');
    await pages.next();
    await pages.return(undefined);
    const { reads } = source;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(source.reads).toBe(reads);
    source.add('a');
    expect(await take(following.follow('0'), 1)).toEqual(['a']);
  });

  it('all hear that the storage is away, and those who come later are given what there is', async () => {
    const source = log();
    const following = createFollowing(source.read, 1);
    const [one, other] = [following.follow('0'), following.follow('0')];
    await Promise.all([one.next(), other.next()]);
    source.fails = true;
    await Promise.all([expect(one.next()).rejects.toThrow('away'), expect(other.next()).rejects.toThrow('away')]);
    source.fails = false;
    source.add('a');
    expect(await take(following.follow('0'), 1)).toEqual(['a']);
  });
});

it('positions have the order of their numbers, also from one blob of events to the next', () => {
  const positions = ['0', '1-0', '1-90', '1-1000', '2-0', '10-1'];
  expect(positions.toReversed().sort(comparePositions)).toEqual(positions);
  expect(comparePositions('7', '7')).toBe(0);
});
