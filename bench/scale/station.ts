import type { EventQueue } from './event-queue.ts';
import { Waiting, type WaitingStatistics } from './waiting.ts';

interface Visit {
  readonly seconds: number;
  readonly waitIsOver: () => void;
  readonly done: () => void;
}

/** What one place was taken for. */
export interface Service {
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

/** Places that serve one visit at a time each; who comes first is served first. */
export class Station {
  #busySeconds = 0;
  #next = 0;
  #queue: Visit[] = [];
  readonly #free: number[];
  readonly #waiting: Waiting;
  readonly #clock: EventQueue;
  readonly #watch: ((service: Service) => void) | undefined;

  constructor(clock: EventQueue, places: number, watch?: (service: Service) => void) {
    this.#clock = clock;
    this.#waiting = new Waiting(clock);
    this.#free = Array.from({ length: places }, (_, place) => place);
    this.#watch = watch;
  }

  visit(seconds: number, done: () => void): void {
    const place = this.#free.pop();
    if (place === undefined) {
      this.#queue.push({ seconds, waitIsOver: this.#waiting.enter(), done });
      return;
    }
    this.#waiting.pass();
    this.#serve(place, seconds, done);
  }

  get busySeconds(): number {
    return this.#busySeconds;
  }

  statistics(): WaitingStatistics {
    return this.#waiting.statistics();
  }

  #serve(place: number, seconds: number, done: () => void): void {
    const from = this.#clock.now;
    this.#busySeconds += seconds;
    this.#clock.plan(from + seconds, () => {
      this.#watch?.({ place, from, to: this.#clock.now });
      const next = this.#take();
      if (next) {
        next.waitIsOver();
        this.#serve(place, next.seconds, next.done);
      } else {
        this.#free.push(place);
      }
      done();
    });
  }

  #take(): Visit | undefined {
    const visit = this.#queue[this.#next];
    if (!visit) return undefined;
    this.#next += 1;
    // What was served is forgotten now and then, not each time: that would move all the others.
    if (this.#next * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    return visit;
  }
}
