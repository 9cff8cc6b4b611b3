import { classifyError } from '../azure/classify.ts';
import { AzureError } from '../azure/errors.ts';
import { createFeed } from '../shared/feed.ts';
import { type LiveSource, MOST_TAIL } from './live-sources.ts';
import type { LogLine } from './log-line.ts';
import type { SeenLines } from './seen-lines.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** What was shown before: of each source all that Azure still has is asked for, and what was shown is passed over. */
  readonly seen: SeenLines;
  /** Rejects when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Told once each time that it becomes so. */
  notice(what: 'nobody' | 'lost' | 'back' | 'gap'): void;
}

/** How often it is looked who is there. */
const LOOK_EVERY_MS = 5000;
/** A source that cannot be read is tried again after 1, 2, 4, … looks. */
const MOST_LOOKS = 12;
/** Whose connection was there for longer than this is read again at once. */
const GOOD_LOOKS = 6;

/**
 * Lines of all sources as they come, until the signal is aborted. Sources come and go: whoever is there at a look is read, and read again
 * when its connection ends, from where it was.
 *
 * @param look who is there
 * @throws AzureError for what does not pass
 */
export async function* follow(
  look: () => Promise<readonly LiveSource[]>,
  options: FollowOptions,
): AsyncGenerator<LogLine> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, options.signal]);
  const feed = createFeed<LogLine>();
  const broken = Promise.withResolvers<void>();
  const readers = createReaders({ ...options, signal }, (line) => feed.push(line), broken.reject);
  const looking = lookAgainAndAgain(look, { ...options, signal }, readers);
  try {
    yield* feed.until(Promise.race([looking, broken.promise]));
  } finally {
    over.abort();
    // What is under way sees the signal; its error was told already, or is that of the signal.
    await Promise.allSettled([looking, ...readers.running.values()]);
  }
}

interface Readers {
  readonly running: Map<string, Promise<void>>;
  read(sources: readonly LiveSource[]): void;
}

function createReaders(
  { signal, seen, notice }: Pick<FollowOptions, 'signal' | 'seen' | 'notice'>,
  push: (line: LogLine) => void,
  fail: (error: unknown) => void,
): Readers {
  const running = new Map<string, Promise<void>>();
  /** By key: connections in a row that told nothing, and looks to pass over. */
  const idle = new Map<string, { readonly times: number; looks: number }>();
  let looks = 0;

  async function read({ key, lines }: LiveSource): Promise<void> {
    const begun = looks;
    let isGood = false;
    try {
      const isNew = seen.connection(() => notice('gap'));
      for await (const line of lines({ tail: MOST_TAIL, follow: true, signal })) {
        if (!isNew(line)) continue;
        isGood = true;
        push(line);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassingOfStream(error)) return fail(error);
    } finally {
      running.delete(key);
      // Whoever is silent for long is no failure either.
      isGood ||= looks - begun > GOOD_LOOKS;
      const times = isGood ? 0 : (idle.get(key)?.times ?? 0) + 1;
      idle.set(key, { times, looks: Math.min(2 ** times - 1, MOST_LOOKS) });
    }
  }

  return {
    running,
    read(sources) {
      looks += 1;
      for (const source of sources) {
        const pause = idle.get(source.key);
        if (running.has(source.key)) continue;
        if (pause && pause.looks > 0) pause.looks -= 1;
        else running.set(source.key, read(source));
      }
    },
  };
}

async function lookAgainAndAgain(
  look: () => Promise<readonly LiveSource[]>,
  { signal, sleep, notice }: FollowOptions,
  readers: Readers,
): Promise<void> {
  let state: 'first' | 'nobody' | 'lost' | 'back' = 'first';
  const become = (next: 'nobody' | 'lost' | 'back'): void => {
    const isTold = next !== state && !(next === 'back' && state !== 'lost');
    state = next;
    if (isTold) notice(next);
  };
  while (!signal.aborted) {
    try {
      const sources = await look();
      if (signal.aborted) return;
      become(sources.length === 0 ? 'nobody' : 'back');
      readers.read(sources);
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      become('lost');
    }
    await sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}

/** As well a replica that is gone, or a token that is over: the next look tells who is there, and whether it may still be asked. */
export function isPassingOfStream(error: unknown): boolean {
  return isPassing(error) || (error instanceof AzureError && [401, 404, 410].includes(error.statusCode ?? 0));
}

/** A lost connection, a throttle; what is not allowed does not pass, nor does a sign-in that is over, whatever its code. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AzureError) || error.statusCode === 401) return false;
  const { kind } = classifyError(error);
  return kind === 'retry' || kind === 'wait';
}
