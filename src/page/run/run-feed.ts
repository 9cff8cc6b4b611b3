import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answers } from '../http/client.ts';
import { type Connection, follow } from '../http/follow.ts';
import type { RunEvent } from '../http-interface.d.ts';
import { useClient } from '../parts/session-context.ts';

export interface RunFeed {
  readonly run: Answers['Run'] | undefined;
  /** The same array for as long as the run is shown: events are added, and `count` says how many there are. */
  readonly events: readonly RunEvent[];
  readonly count: number;
  readonly connection: Connection;
  readonly error: Error | undefined;
  /** Asks for the run at once. */
  look(): void;
}

/** At most so often the run itself is asked for, while events come. */
const LOOK_EVERY_MS = 700;

/** A run as it goes on: its events by the stream, and the run whenever they say that something is new. */
export function useRunFeed(runId: string): RunFeed {
  const client = useClient();
  const events = useRef<RunEvent[]>([]);
  const [run, setRun] = useState<Answers['Run']>();
  const [count, setCount] = useState(0);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [error, setError] = useState<Error>();
  const looking = useRef<() => void>(() => undefined);
  useEffect(() => {
    const stop = new AbortController();
    let frame = 0;
    const look = paced(LOOK_EVERY_MS, stop.signal, async () => {
      try {
        setRun(await client.get<Answers['Run']>(`deployments/${runId}`, stop.signal));
        setError(undefined);
      } catch (cause) {
        if (!stop.signal.aborted) setError(cause as Error);
      }
    });
    events.current = [];
    looking.current = look;
    look();
    const following = follow(client, runId, {
      signal: stop.signal,
      onEvents(found) {
        for (const event of found) events.current.push(event);
        look();
        // Many chunks come in one frame; one of them draws.
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          setCount(events.current.length);
        });
      },
      onConnection(now) {
        setConnection(now);
        if (now === 'ended') look();
      },
    });
    following.catch((cause: unknown) => {
      if (!stop.signal.aborted) setError(cause as Error);
    });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [client, runId]);
  return { run, events: events.current, count, connection, error, look: () => looking.current() };
}

/** Does it at once, and again after a while if it was asked for meanwhile. */
function paced(everyMs: number, signal: AbortSignal, act: () => Promise<void>): () => void {
  let isBusy = false;
  let isWanted = false;
  const go = async (): Promise<void> => {
    isBusy = true;
    while (!signal.aborted) {
      isWanted = false;
      await act();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      if (!isWanted) break;
    }
    isBusy = false;
  };
  return () => {
    isWanted = true;
    if (!isBusy) void go();
  };
}
