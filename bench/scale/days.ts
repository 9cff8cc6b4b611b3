import type { SimulatedApp } from './calls.ts';
import type { Demands } from './demand.ts';
import { type Engine, SCHEDULER, STORAGE } from './model.ts';
import { seeded } from './random.ts';
import { type Arrival, type SimulatedDay, type SimulatedRun, simulate } from './simulate.ts';
import type { WaitingStatistics } from './waiting.ts';

const ENVIRONMENTS = 10_000;
const INSTANCES = 10;
const SEED = 1;
const WORKING_DAY_IN_SECONDS = 8 * 60 * 60;
/** As many as one environment may have: one goes on, the others wait (`queue_full` beyond that). */
const GREEDY_RUNS = 101;
const GREEDY_AT = 60 * 60;
const GREEDY = 'greedy';

/** What one simulated day came to. */
export interface DaySummary {
  readonly what: string;
  readonly engine: string;
  readonly instances: number;
  readonly runs: number;
  /** Until the last run had ended. */
  readonly hours: number;
  /** From arrival to end, in seconds, of all environments but the greedy one. */
  readonly median: number;
  readonly ninetyNinth: number;
  /** Of environments: the mean of the slowest one's runs by the median one's. */
  readonly fairness: number;
  /** Of the greedy environment's last run; absent where there is none. */
  readonly greedyLast?: number;
  readonly mostWaiting: Readonly<Record<keyof SimulatedDay['waiting'], number>>;
  readonly looks: number;
  readonly storageOperations: number;
  readonly mostStorageOperationsInASecond: number;
}

interface Day {
  readonly what: string;
  readonly arrivals: (environments: number) => readonly Arrival[];
  readonly withoutQueues?: true;
}

export const AT_ONCE: Day = {
  what: 'a run without changes each, all at the same moment',
  arrivals: (environments) => each(environments, () => ({ at: 0, kind: 'noop' })),
};

const SPREAD: Day = { what: 'a daily deployment each, at any time of eight hours', arrivals: spread };

export const DAYS: readonly Day[] = [
  AT_ONCE,
  SPREAD,
  {
    what: `the same, and one more environment starts ${GREEDY_RUNS} daily deployments after an hour`,
    arrivals: (environments) => [...spread(environments), ...greedy()],
  },
  {
    what: 'the same, were there no queues',
    arrivals: (environments) => [...spread(environments), ...greedy()],
    withoutQueues: true,
  },
];

/** Ten thousand environments on both engines, on each of the days. */
export function simulateDays(demands: Demands): readonly DaySummary[] {
  return [STORAGE, SCHEDULER].flatMap((engine) => DAYS.map((day) => simulateDay(day, engine, demands)));
}

export function simulateDay(day: Day, engine: Engine, demands: Demands, environments = ENVIRONMENTS): DaySummary {
  const app: SimulatedApp = {
    engine,
    instances: INSTANCES,
    demands,
    ...(day.withoutQueues && { withoutQueues: true }),
  };
  const simulated = simulate(app, day.arrivals(environments), SEED);
  const others = simulated.runs.filter(({ environment }) => environment !== GREEDY);
  const greedyRuns = simulated.runs.filter(({ environment }) => environment === GREEDY);
  const times = others.map(took).toSorted((one, other) => one - other);
  const { waiting, storageOperations } = simulated;
  return {
    what: day.what,
    engine: engine.name,
    instances: INSTANCES,
    runs: simulated.runs.length,
    hours: latest(simulated.runs) / 3600,
    median: quantile(times, 0.5),
    ninetyNinth: quantile(times, 0.99),
    fairness: fairness(others),
    ...(greedyRuns.length > 0 && { greedyLast: latest(greedyRuns) - GREEDY_AT }),
    mostWaiting: {
      environments: waiting.environments.most,
      partitions: waiting.partitions.most,
      buckets: waiting.buckets.most,
      slots: waiting.slots.most,
    } satisfies Record<keyof SimulatedDay['waiting'], WaitingStatistics['most']>,
    looks: simulated.looks,
    storageOperations: storageOperations.all,
    mostStorageOperationsInASecond: storageOperations.mostInASecond,
  };
}

/** How much longer the slowest environment's runs took than the median one's. 1: all alike. */
export function fairness(runs: readonly SimulatedRun[]): number {
  const means = [...Map.groupBy(runs, ({ environment }) => environment).values()]
    .map((own) => own.reduce((sum, run) => sum + took(run), 0) / own.length)
    .toSorted((one, other) => one - other);
  return (means.at(-1) ?? Number.NaN) / quantile(means, 0.5);
}

function took({ at, finishedAt }: SimulatedRun): number {
  return finishedAt - at;
}

function latest(runs: readonly SimulatedRun[]): number {
  return runs.reduce((last, { finishedAt }) => Math.max(last, finishedAt), 0);
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function spread(environments: number): readonly Arrival[] {
  const random = seeded(SEED);
  return each(environments, () => ({ at: random() * WORKING_DAY_IN_SECONDS, kind: 'daily' }));
}

function greedy(): readonly Arrival[] {
  return Array.from({ length: GREEDY_RUNS }, () => ({ at: GREEDY_AT, environment: GREEDY, kind: 'daily' }));
}

function each(environments: number, arrival: () => Omit<Arrival, 'environment'>): readonly Arrival[] {
  return Array.from({ length: environments }, (_, index) => ({ ...arrival(), environment: `environment-${index}` }));
}
