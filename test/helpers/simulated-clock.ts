import type { Clock } from '../../src/shared/clock.ts';

export interface ManualClock extends Clock {
  advance(seconds: number): void;
}

/** Starts now, since tokens are judged by real clocks too, and goes on only when told. */
export function manualClock(start = Date.now()): ManualClock {
  let time = start;
  return {
    now: () => new Date(time),
    advance(seconds) {
      time += seconds * 1000;
    },
  };
}
