import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { StreamOptions } from '../../../src/azure/logs/ports.ts';
import { follow } from '../../../src/logs/follow.ts';
import type { LiveSource } from '../../../src/logs/live-sources.ts';
import type { LogLine } from '../../../src/logs/log-line.ts';
import { createSeenLines } from '../../../src/logs/seen-lines.ts';

const refused = (statusCode: number, code = `Http${statusCode}`): AzureError =>
  new AzureError({ code, message: 'refused', statusCode });

function said(replica: string, second: number, text: string): LogLine {
  const time = `2026-11-30T18:00:${String(second).padStart(2, '0')}Z`;
  return { source: 'console', time, revision: 'api--r', replica, container: 'api', stream: null, reason: null, text };
}

/** Each connection of a replica gets the next of these; the last one stays open. */
function replica(name: string, connections: readonly (readonly LogLine[] | Error)[], tails: number[] = []): LiveSource {
  let count = 0;
  return {
    key: `${name}/api`,
    async *lines({ tail, signal }: StreamOptions) {
      tails.push(tail);
      const own = connections[count];
      count += 1;
      if (own instanceof Error) throw own;
      yield* own ?? [];
      if (count < connections.length) return;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    },
  };
}

interface Followed {
  readonly texts: readonly string[];
  readonly notices: readonly string[];
  readonly looks: number;
}

/** Follows until so many lines have come, or so many looks were made. */
async function followed(
  look: (count: number) => readonly LiveSource[] | Error,
  { lines = Number.POSITIVE_INFINITY, looks = 40 } = {},
): Promise<Followed> {
  const stop = new AbortController();
  const [texts, notices]: [string[], string[]] = [[], []];
  let count = 0;
  const ask = async (): Promise<readonly LiveSource[]> => {
    count += 1;
    if (count > looks) stop.abort();
    const found = look(count);
    if (found instanceof Error) throw found;
    return found;
  };
  const options = {
    ...{ signal: stop.signal, seen: createSeenLines(), notice: (what: string) => notices.push(what) },
    // The work of the readers comes between two looks.
    sleep: async () => await new Promise<void>((resolve) => setImmediate(resolve)),
  };
  for await (const { text } of follow(ask, options)) {
    texts.push(text);
    if (texts.length === lines) stop.abort();
  }
  return { texts, notices, looks: count };
}

describe('what follows a service', () => {
  it('tells the lines of all replicas, and goes on when one is replaced by another', async () => {
    const tails: number[] = [];
    const one = replica('one', [[said('one', 1, 'a'), said('one', 2, 'b')]], tails);
    const two = replica('two', [[said('two', 1, 'c')]], tails);
    const three = replica('three', [[said('three', 3, 'd')]], tails);
    const { texts } = await followed((count) => (count < 3 ? [one, two] : [two, three]), { lines: 4 });
    expect(texts.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    // All that Azure still has: what was shown of it is known.
    expect(tails).toEqual([300, 300, 300]);
  });

  it('connects again when a connection ends, with a token that is over or not, and tells no line twice', async () => {
    const lines = [said('one', 1, 'a'), said('one', 1, 'b')];
    const one = replica('one', [lines, refused(401), [], refused(404), refused(410), [...lines, said('one', 2, 'c')]]);
    const { texts } = await followed(() => [one], { lines: 3 });
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('waits longer each time for one that says nothing', async () => {
    const tails: number[] = [];
    const silent = replica(
      'one',
      Array.from({ length: 50 }, () => []),
      tails,
    );
    await followed(() => [silent], { looks: 40 });
    expect(tails.length).toBeGreaterThan(3);
    expect(tails.length).toBeLessThan(9);
  });

  it('says once that nobody is there, that Azure is away, and that it is back', async () => {
    const one = replica('one', [[said('one', 1, 'a')]]);
    const answers: readonly (readonly LiveSource[] | Error)[] = [[], [], refused(503), refused(429), [one]];
    const { texts, notices } = await followed((count) => answers[Math.min(count, answers.length) - 1] ?? [], {
      lines: 1,
    });
    expect(texts).toEqual(['a']);
    expect(notices).toEqual(['nobody', 'lost', 'back']);
  });

  it('ends with what does not pass: of a look, and of a stream', async () => {
    await expect(followed(() => refused(403, 'AuthorizationFailed'))).rejects.toMatchObject({
      code: 'AuthorizationFailed',
    });
    // Whoever is not signed in any more cannot be told by another look either.
    await expect(followed(() => refused(401, 'ExpiredAuthenticationToken'))).rejects.toMatchObject({ statusCode: 401 });
    const one = replica('one', [[said('one', 1, 'a')], refused(403, 'AuthorizationFailed')]);
    await expect(followed(() => [one])).rejects.toMatchObject({ code: 'AuthorizationFailed' });
    await expect(followed(() => new TypeError('a bug'))).rejects.toThrow('a bug');
  });

  it('ends at once when it is stopped, whatever is open', async () => {
    const one = replica('one', [[said('one', 1, 'a')]]);
    expect((await followed(() => [one], { lines: 1 })).texts).toEqual(['a']);
  });
});
