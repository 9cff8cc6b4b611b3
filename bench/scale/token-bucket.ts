import type { EventQueue } from './event-queue.ts';
import { Waiting, type WaitingStatistics } from './waiting.ts';

/** So many at once, and then so many a second. Who asks for more than there is gets it when it has come in, in the order of asking. */
export class TokenBucket {
  #level: number;
  #since = 0;
  #taken = 0;
  readonly #size: number;
  readonly #perSecond: number;
  readonly #clock: EventQueue;
  readonly #waiting: Waiting;

  constructor(clock: EventQueue, size: number, perSecond: number) {
    this.#clock = clock;
    this.#size = size;
    this.#perSecond = perSecond;
    this.#level = size;
    this.#waiting = new Waiting(clock);
  }

  take(tokens: number, then: () => void): void {
    const { now } = this.#clock;
    this.#level = Math.min(this.#size, this.#level + (now - this.#since) * this.#perSecond) - tokens;
    this.#since = now;
    this.#taken += tokens;
    if (this.#level >= 0) {
      this.#waiting.pass();
      then();
      return;
    }
    const waitIsOver = this.#waiting.enter();
    this.#clock.plan(now - this.#level / this.#perSecond, () => {
      waitIsOver();
      then();
    });
  }

  get taken(): number {
    return this.#taken;
  }

  statistics(): WaitingStatistics {
    return this.#waiting.statistics();
  }
}
