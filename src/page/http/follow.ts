import { createParser } from 'eventsource-parser';
import type { RunEvent } from '../http-interface.d.ts';
import { type Client, Refusal } from './client.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'ended';

interface Follower {
  readonly signal: AbortSignal;
  onEvents(events: readonly RunEvent[]): void;
  onConnection(connection: Connection): void;
}

const FIRST_WAIT_IN_MS = 500;
const LONGEST_WAIT_IN_MS = 10_000;
/** So long a stream is read before others have their turn. */
const MOST_AT_ONCE_MS = 10;

/**
 * Follows a run to its end, through every loss of the connection: each stream begins where the last one ended, and an event
 * that comes twice is told once.
 *
 * @throws Refusal when there is nothing to follow: the run is not there any more, or the key does not open it
 */
export async function follow(client: Client, runId: string, follower: Follower): Promise<void> {
  const { signal, onConnection } = follower;
  const seen = new Set<string>();
  let position: string | undefined;
  let wait = FIRST_WAIT_IN_MS;
  while (!signal.aborted) {
    try {
      const response = await client.stream(`deployments/${runId}/events`, position, signal);
      onConnection('live');
      const { isOver, last } = await readStream(response, {
        ...follower,
        seen,
        onProgress: () => (wait = FIRST_WAIT_IN_MS),
      });
      position = last ?? position;
      if (isOver) return onConnection('ended');
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal && isFinal(error.status)) throw error;
      if (error instanceof Interrupted) position = error.last ?? position;
      onConnection('lost');
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_IN_MS);
  }
}

/** A stream that broke off, with the position that it had got to. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly last: string | undefined;
  constructor(last: string | undefined, cause: unknown) {
    super('the stream broke off', { cause });
    this.last = last;
  }
}

async function readStream(
  { body }: Response,
  { seen, onEvents, onProgress }: Follower & { readonly seen: Set<string>; onProgress(): void },
): Promise<{ readonly isOver: boolean; readonly last: string | undefined }> {
  let last: string | undefined;
  let isOver = false;
  let found: RunEvent[] = [];
  const parser = createParser({
    onEvent({ event, data, id }) {
      if (event === 'end') isOver = true;
      if (id === undefined) return;
      last = id;
      const told = JSON.parse(data) as RunEvent;
      if (seen.has(told.id)) return;
      seen.add(told.id);
      found.push(told);
    },
  });
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  let began = performance.now();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      parser.feed(decoder.decode(chunk.value, { stream: true }));
      if (found.length > 0) {
        onEvents(found);
        onProgress();
      }
      found = [];
      // What has come already is read without a pause otherwise, however much it is, and nothing is drawn meanwhile.
      if (performance.now() - began < MOST_AT_ONCE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      began = performance.now();
    }
  } catch (cause) {
    throw new Interrupted(last, cause);
  }
  return { isOver, last };
}

/** Asking again would be answered the same. */
function isFinal(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 404;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
