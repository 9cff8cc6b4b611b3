import { useEffect, useRef, useState } from 'preact/hooks';

export interface Asked<Answer> {
  readonly answer: Answer | undefined;
  /** Why the last question was not answered; the answer before it stays. */
  readonly error: Error | undefined;
  again(): void;
}

/**
 * Asks at once, and again after a while for as long as the page is seen; whoever comes back to it sees at once how things are.
 *
 * @param name of the question: another one is asked at once
 * @param everyMs undefined: once
 */
export function useAsked<Answer>(
  name: string,
  ask: (signal: AbortSignal) => Promise<Answer>,
  everyMs?: number,
): Asked<Answer> {
  const [state, setState] = useState<{ readonly name: string; readonly answer?: Answer; readonly error?: Error }>({
    name,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const go = async (): Promise<void> => {
      try {
        const answer = await latest.current(stop.signal);
        if (!stop.signal.aborted) setState({ name, answer });
      } catch (error) {
        if (!stop.signal.aborted)
          setState((before) => ({ ...(before.name === name ? before : { name }), error: error as Error }));
      }
      if (everyMs !== undefined && !stop.signal.aborted) timer = setTimeout(look, everyMs);
    };
    let isDue = false;
    const look = (): void => {
      isDue = document.visibilityState === 'hidden';
      if (!isDue) void go();
    };
    const seen = (): void => {
      if (isDue) look();
    };
    document.addEventListener('visibilitychange', seen);
    void go();
    return () => {
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(timer);
      stop.abort();
    };
  }, [name, everyMs, round]);
  const own = state.name === name ? state : { name };
  return { answer: own.answer, error: own.error, again: () => setRound((before) => before + 1) };
}

/** The time, as it goes on. */
export function useNow(everyMs: number, isGoing = true): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isGoing) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isGoing]);
  return now;
}
