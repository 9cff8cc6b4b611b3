import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import { createFeed } from '../../../src/shared/feed.ts';

function event(id: string): RunEvent {
  return { id, runId: 'r', environment: 'default', at: 't', type: 'log', level: 'info', message: id };
}

async function read(events: AsyncIterable<RunEvent>, each: (id: string) => void = () => undefined): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of events) {
    ids.push(id);
    each(id);
  }
  return ids;
}

describe('a feed of events', () => {
  it('gives what was pushed before, then what comes, and what came with the end', async () => {
    const feed = createFeed<RunEvent>();
    feed.push(event('a'));
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const reading = read(feed.until(over), (id) => {
      if (id === 'a') setTimeout(() => feed.push(event('b')), 1);
      if (id === 'b') {
        setTimeout(() => {
          feed.push(event('c'));
          end();
        }, 1);
      }
    });
    expect(await reading).toEqual(['a', 'b', 'c']);
  });

  it('rejects with what the end rejects with, after the events before it', async () => {
    const feed = createFeed<RunEvent>();
    feed.push(event('a'));
    const seen: string[] = [];
    const reading = read(feed.until(Promise.reject(new Error('left'))), (id) => seen.push(id));
    await expect(reading).rejects.toThrow('left');
    expect(seen).toEqual(['a']);
  });
});
