import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, Refusal } from '../../../src/page/http/client.ts';
import { type Connection, follow } from '../../../src/page/http/follow.ts';

const message = (id: number): string => `id: p${id}\ndata: ${JSON.stringify({ id: `e${id}`, type: 'log' })}\n\n`;
const END = 'event: end\ndata: {}\n\n';

/** Answers one stream after another; one that ends with an error breaks off there. */
function streams(...answers: readonly (readonly (string | Error)[] | Error)[]) {
  const asked: (string | undefined)[] = [];
  const left = [...answers];
  const client: Pick<Client, 'stream'> = {
    async stream(_path, lastEventId) {
      asked.push(lastEventId);
      const next = left.shift();
      if (!next || next instanceof Error) throw next ?? new Error('asked too often');
      const parts = [...next];
      return new Response(
        new ReadableStream({
          pull(controller) {
            const part = parts.shift();
            if (part === undefined) controller.close();
            else if (part instanceof Error) controller.error(part);
            else controller.enqueue(new TextEncoder().encode(part));
          },
        }),
      );
    },
  };
  return { client: client as Client, asked };
}

async function followed({ client }: { readonly client: Client }) {
  const events: string[] = [];
  const connections: Connection[] = [];
  const ended = follow(client, 'run', {
    signal: new AbortController().signal,
    onEvents: (found) => events.push(...found.map(({ id }) => id)),
    onConnection: (connection) => connections.push(connection),
  });
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  ended.then(over, over);
  while (!isOver) await vi.advanceTimersByTimeAsync(1000);
  await ended;
  return { events, connections };
}

describe('a run that is followed', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is taken up where a stream broke off, in the middle of an event, and tells each event once', async () => {
    const server = streams(
      [message(1), message(2).slice(0, 9), new Error('reset')],
      [message(2), message(1), message(3).slice(0, 20), message(3).slice(20) + END],
    );
    const { events, connections } = await followed(server);
    expect(events).toEqual(['e1', 'e2', 'e3']);
    expect(server.asked).toEqual([undefined, 'p1']);
    expect(connections).toEqual(['live', 'lost', 'live', 'ended']);
  });

  it('goes on after an app that is away for a while, and after a stream that was only old', async () => {
    const server = streams(new TypeError('failed to fetch'), new Refusal(503, undefined), [message(1)], [END]);
    expect((await followed(server)).events).toEqual(['e1']);
    expect(server.asked).toEqual([undefined, undefined, undefined, 'p1']);
  });

  it.each([
    ['that still tell something', true, 41],
    ['that tell nothing', false, 12],
  ])('asks for no more than it takes, of streams %s and are cut off every second', async (_, tells, most) => {
    let count = 0;
    const client: Pick<Client, 'stream'> = {
      async stream() {
        count += 1;
        const body = new ReadableStream({
          start(controller) {
            if (tells) controller.enqueue(new TextEncoder().encode(message(count)));
            setTimeout(() => controller.error(new Error('cut')), 1000);
          },
        });
        return new Response(body);
      },
    };
    const stop = new AbortController();
    const events: string[] = [];
    const following = follow(client as Client, 'run', {
      signal: stop.signal,
      onEvents: (found) => events.push(...found.map(({ id }) => id)),
      onConnection: () => undefined,
    });
    for (let second = 0; second < 60; second += 1) await vi.advanceTimersByTimeAsync(1000);
    stop.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    await following;
    expect(count).toBeGreaterThan(4);
    expect(count).toBeLessThanOrEqual(most);
    expect(events).toHaveLength(tells ? count : 0);
  });

  it('is given up when there is nothing to follow any more', async () => {
    const gone = followed(streams([message(1)], new Refusal(404, undefined)));
    await expect(gone).rejects.toMatchObject({ status: 404 });
  });
});
