import type { EventQueue } from './event-queue.ts';

/** How much waited somewhere. */
export interface WaitingStatistics {
  /** At the worst moment. */
  readonly most: number;
  /** The number that waited, summed over time: of `n` that wait for a second, n. */
  readonly area: number;
  /** What each waited, summed. By Little's law the same as the area, but not counted in the same way. */
  readonly waited: number;
  readonly passed: number;
}

/** Counts who waits. */
export class Waiting {
  #number = 0;
  #most = 0;
  #area = 0;
  #waited = 0;
  #passed = 0;
  #since = 0;
  readonly #clock: EventQueue;

  constructor(clock: EventQueue) {
    this.#clock = clock;
  }

  /** @returns to be called when the wait is over */
  enter(): () => void {
    const from = this.#clock.now;
    this.#change(1);
    return () => {
      this.#change(-1);
      this.#waited += this.#clock.now - from;
      this.#passed += 1;
    };
  }

  /** One that did not have to wait. */
  pass(): void {
    this.#passed += 1;
  }

  statistics(): WaitingStatistics {
    return { most: this.#most, area: this.#area, waited: this.#waited, passed: this.#passed };
  }

  #change(by: number): void {
    this.#area += this.#number * (this.#clock.now - this.#since);
    this.#since = this.#clock.now;
    this.#number += by;
    this.#most = Math.max(this.#most, this.#number);
  }
}
