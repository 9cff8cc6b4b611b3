/** Ends a connection on which nobody speaks: a network that went away says nothing. */
export interface Silence {
  /** Aborted when it was silent for too long, or by the outer signal. */
  readonly signal: AbortSignal;
  /** Something was heard; the next word is due within this time. */
  heard(withinMs: number): void;
  wasHeard(): boolean;
  isExpired(): boolean;
  stop(): void;
}

export function watchSilence(firstWordWithinMs: number, outer: AbortSignal | undefined): Silence {
  const controller = new AbortController();
  let isExpired = false;
  let wasHeard = false;
  const expire = (): void => {
    isExpired = true;
    controller.abort(new Error('nothing was heard for too long'));
  };
  let timer = setTimeout(expire, firstWordWithinMs);
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    heard(withinMs) {
      wasHeard = true;
      clearTimeout(timer);
      timer = setTimeout(expire, withinMs);
    },
    wasHeard: () => wasHeard,
    isExpired: () => isExpired,
    stop: () => clearTimeout(timer),
  };
}
