import { type Call, type CallRow, callsOf, lookOf, partitionCount, type SimulatedApp } from './calls.ts';
import type { RunKind } from './demand.ts';
import { EventQueue } from './event-queue.ts';
import { ARM_BUCKETS, PUBLISHED } from './limits.ts';
import { seeded } from './random.ts';
import { type Service, Station } from './station.ts';
import { TokenBucket } from './token-bucket.ts';
import { Waiting, type WaitingStatistics } from './waiting.ts';

export interface Arrival {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly environment: string;
  readonly kind: RunKind;
}

export interface SimulatedRun extends Arrival {
  readonly finishedAt: number;
}

export interface SimulatedDay {
  readonly runs: readonly SimulatedRun[];
  readonly waiting: Readonly<Record<'environments' | 'partitions' | 'buckets' | 'slots', WaitingStatistics>>;
  /** What all slots together were taken for. */
  readonly slotSeconds: number;
  readonly calls: number;
  /** Of runs that wait for their environment. */
  readonly looks: number;
  readonly requestsToResourceManager: number;
  readonly storageOperations: { readonly all: number; readonly mostInASecond: number };
}

/** A run that waits looks again after as many seconds as is its place, but at most so many: `open_run` answers that. */
const LONGEST_PAUSE_IN_SECONDS = 30;

/**
 * Runs of many environments in one app, in virtual time. A run is a row of calls: each is a message in its partition, asks Resource Manager's
 * buckets, takes a slot, and is followed by the pause in which Azure works. What goes side by side within a run is taken to go one
 * after the other; a call that a bucket holds up has no slot meanwhile, since the product answers that it waits, and comes back.
 *
 * @param watch is told of each time that a slot was taken
 */
export function simulate(
  app: SimulatedApp,
  arrivals: readonly Arrival[],
  seed: number,
  watch?: (service: Service) => void,
): SimulatedDay {
  return new Simulation(app, seed, watch).run(arrivals);
}

class Simulation {
  readonly #clock = new EventQueue();
  readonly #random: () => number;
  readonly #app: SimulatedApp;
  readonly #partitions: readonly Station[];
  readonly #slots: Station;
  readonly #reads = new TokenBucket(this.#clock, ARM_BUCKETS.reads, PUBLISHED.armReads.value);
  readonly #writes = new TokenBucket(this.#clock, ARM_BUCKETS.writes, PUBLISHED.armWrites.value);
  readonly #environments = new Waiting(this.#clock);
  readonly #rows: Readonly<Record<RunKind, CallRow>>;
  readonly #look: Call;
  readonly #busy = new Set<string>();
  readonly #queues = new Map<string, Arrival[]>();
  readonly #runs: SimulatedRun[] = [];
  /** By second. */
  readonly #storage = new Map<number, number>();
  #calls = 0;
  #looks = 0;

  constructor(app: SimulatedApp, seed: number, watch?: (service: Service) => void) {
    const { first, daily, noop } = app.demands;
    this.#app = app;
    this.#random = seeded(seed);
    this.#partitions = Array.from({ length: partitionCount(app.engine) }, () => new Station(this.#clock, 1));
    this.#slots = new Station(this.#clock, app.instances * PUBLISHED.slots.value, watch);
    this.#rows = { first: callsOf(app, first), daily: callsOf(app, daily), noop: callsOf(app, noop) };
    this.#look = lookOf(app);
  }

  run(arrivals: readonly Arrival[]): SimulatedDay {
    for (const arrival of arrivals) this.#clock.plan(arrival.at, () => this.#arrive(arrival));
    this.#clock.run();
    const operations = [...this.#storage.values()];
    return {
      runs: this.#runs,
      waiting: {
        environments: this.#environments.statistics(),
        partitions: together(this.#partitions.map((one) => one.statistics())),
        buckets: together([this.#reads.statistics(), this.#writes.statistics()]),
        slots: this.#slots.statistics(),
      },
      slotSeconds: this.#slots.busySeconds,
      calls: this.#calls,
      looks: this.#looks,
      requestsToResourceManager: this.#reads.taken + this.#writes.taken,
      storageOperations: {
        all: operations.reduce((sum, one) => sum + one, 0),
        mostInASecond: operations.reduce((most, one) => Math.max(most, one), 0),
      },
    };
  }

  #arrive(run: Arrival): void {
    const queue = this.#queues.get(run.environment) ?? [];
    if (this.#app.withoutQueues || (!this.#busy.has(run.environment) && queue.length === 0)) {
      this.#begin(run);
      return;
    }
    this.#queues.set(run.environment, queue);
    queue.push(run);
    this.#wait(run, queue, this.#environments.enter());
  }

  /** In the order of arrival: each looks by itself whether it is its turn, the first of them every second. */
  #wait(run: Arrival, queue: Arrival[], waitIsOver: () => void): void {
    const pause = Math.min(queue.indexOf(run) + 1, LONGEST_PAUSE_IN_SECONDS);
    this.#clock.plan(this.#clock.now + pause, () => {
      this.#looks += 1;
      this.#call(this.#look, () => {
        if (this.#busy.has(run.environment) || queue[0] !== run) {
          this.#wait(run, queue, waitIsOver);
          return;
        }
        queue.shift();
        waitIsOver();
        this.#begin(run);
      });
    });
  }

  #begin(run: Arrival): void {
    this.#busy.add(run.environment);
    this.#goOn(run, this.#rows[run.kind].calls);
  }

  #goOn(run: Arrival, left: number): void {
    if (left === 0) {
      this.#runs.push({ ...run, finishedAt: this.#clock.now });
      this.#busy.delete(run.environment);
      return;
    }
    const { each, pause } = this.#rows[run.kind];
    this.#calls += 1;
    this.#call(each, () => {
      const isLast = left === 1;
      this.#clock.plan(this.#clock.now + (isLast ? 0 : pause), () => this.#goOn(run, left - 1));
    });
  }

  #call({ messageSeconds, reads, writes, slotSeconds, storageOperations }: Call, done: () => void): void {
    const partition = this.#partitions[Math.floor(this.#random() * this.#partitions.length)];
    partition?.visit(messageSeconds, () =>
      this.#reads.take(reads, () =>
        this.#writes.take(writes, () =>
          this.#slots.visit(slotSeconds, () => {
            const second = Math.floor(this.#clock.now);
            this.#storage.set(second, (this.#storage.get(second) ?? 0) + storageOperations);
            done();
          }),
        ),
      ),
    );
  }
}

/** The most that waited in one of them; everything else summed. */
function together(all: readonly WaitingStatistics[]): WaitingStatistics {
  const sum = (of: (one: WaitingStatistics) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    most: Math.max(...all.map(({ most }) => most)),
    area: sum(({ area }) => area),
    waited: sum(({ waited }) => waited),
    passed: sum(({ passed }) => passed),
  };
}
