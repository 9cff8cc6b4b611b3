/** The time that somebody waits. In milliseconds. */
export interface Ticks {
  /** When the command began, of the same clock as `now`. */
  readonly startedAt: number;
  now(): number;
  /** @returns ends it */
  every(milliseconds: number, act: () => void): () => void;
}

/** Of this process, whose beginning is the command's. Keeps it not alive. */
export const processTicks: Ticks = {
  startedAt: 0,
  // From the beginning of the process on, whatever happens to the clock.
  now: () => performance.now(),
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds).unref();
    return () => clearInterval(timer);
  },
};
