import type { DaySummary } from './days.ts';
import {
  actions,
  controlMessages,
  type Demands,
  hubOperations,
  orchestrationStarts,
  RUN_KINDS,
  type RunDemand,
  type RunKind,
  SECONDS_MORE_PER_REQUEST,
  slotSeconds,
} from './demand.ts';
import { PUBLISHED } from './limits.ts';
import { capacities, ENGINES } from './model.ts';

/** What was counted last, kept in the repository, with what the simulation makes of it. */
export interface Measured {
  /** So many times that of Azure was the simulator's speed. */
  readonly speed: number;
  readonly demands: Demands;
  readonly days: readonly DaySummary[];
}

/** Processes of the app. */
export const INSTANCES = [1, 10, 100] as const;

export const RUN_NAMES: Readonly<Record<RunKind, string>> = {
  first: 'first deployment',
  daily: 'daily deployment',
  noop: 'no change',
};

/** The page about what one app can do. @param measured undefined: nobody has counted yet, and the page says so */
export function scalePage(measured: Measured | undefined): string {
  return `${[...limitsPart(), ...(measured ? countedPart(measured) : [NOT_COUNTED])].join('\n')}\n`;
}

const NOT_COUNTED =
  'What a run asks was not counted yet, and no figure is made up: `npm run bench -- scale` counts it and writes the rest of this page.';

function limitsPart(): readonly string[] {
  return [
    '# How far one app goes',
    '',
    'Made by `npm run bench -- scale`, which counts, or by `npm run scale` from what was counted last (bench/scale/measured.json); a test compares.',
    '',
    'A model, not a measurement on Azure: what Azure publishes of its limits, divided by what one run was counted to ask. Where a limit depends on',
    'what nobody publishes (resource providers, registries, builds at a time), nothing is said of it, so that there may be fewer.',
    '',
    '## What Azure publishes',
    '',
    ...table(
      ['Of', 'At most'],
      Object.values(PUBLISHED).map(({ of, value, unit, source }) => [
        `${of} ([source](${source}))`,
        [round(value), unit].filter((part) => part !== '').join(' '),
      ]),
    ),
    '',
    'Those of Azure Storage are published for one orchestration on one small machine with extended sessions, which this app has not; here they',
    'stand for an instance.',
    '',
  ];
}

function countedPart({ speed, demands, days }: Measured): readonly string[] {
  return [
    '## What a run asks',
    '',
    `The example's first deployment, one with a changed source file, and one without changes, as a served app did them against a simulator at ${speed} times`,
    'the speed of Azure (bench/runs/served-runs.ts): from the journal of its engine, a proxy before its storage, and the requests of the simulator.',
    '',
    ...table(
      ['', ...RUN_KINDS.map((kind) => RUN_NAMES[kind])],
      ASKED.map(({ name, of }) => [name, ...RUN_KINDS.map((kind) => round(of(demands[kind])))]),
    ),
    '',
    `Seconds of slots are those of the activities as measured, with Azure on the same machine, and ${SECONDS_MORE_PER_REQUEST} s more for each request, which is`,
    'an assumption. Starts of runs over HTTP, their uploads, who follows them, and polling of empty queues belong to no run and are left out.',
    '',
    '## Runs an hour, and what limits them first',
    '',
    'One subscription, one identity of the app, one region. What `install` makes has 40 instances at most, four partitions, or a Consumption scheduler.',
    '',
    ...table(
      ['Engine', 'Instances', ...RUN_KINDS.map((kind) => RUN_NAMES[kind])],
      ENGINES.flatMap((engine) =>
        INSTANCES.map((instances) => [
          engine.name,
          String(instances),
          ...RUN_KINDS.map((kind) => {
            const [first] = capacities(engine, instances, demands[kind]);
            return first ? `${round(first.runsAnHour)} (${first.resource})` : '';
          }),
        ]),
      ),
    ),
    '',
    'All limits of a daily deployment, with ten instances:',
    '',
    ...ENGINES.map(
      (engine) =>
        `- ${engine.name}: ${capacities(engine, 10, demands.daily)
          .map(({ resource, runsAnHour }) => `${resource} ${round(runsAnHour)}`)
          .join(', ')}`,
    ),
    '',
    '## Ten thousand environments in virtual time',
    '',
    'The same figures as a simulation of discrete events (bench/scale/simulate.ts), the same for the same seed. A run is a row of equal calls: a',
    'message in its partition, tokens of the buckets of Resource Manager, a slot, and a pause in which Azure works. Within a run calls follow',
    'each other, where the product does several at once. An environment does one run at a time; those that wait look for their turn as',
    '`open_run` does, after as many seconds as their place, 30 at most. The app has ten instances.',
    '',
    ...table(
      ['Day', 'Engine', 'Hours', 'Median run', '99 of 100', 'Slowest environment ÷ median', 'Greedy: its last'],
      days.map((day) => [
        day.what,
        day.engine,
        round(day.hours),
        `${round(day.median)} s`,
        `${round(day.ninetyNinth)} s`,
        `${round(day.fairness)} ×`,
        day.greedyLast === undefined ? '' : `${round(day.greedyLast)} s`,
      ]),
    ),
    '',
    'The most that waited at a time, and what the storage was asked:',
    '',
    ...table(
      [
        'Day',
        'Engine',
        'For its environment',
        'In one partition',
        'For a bucket',
        'For a slot',
        'Looks',
        'Operations',
        'In a second',
      ],
      days.map((day) => [day.what, day.engine, ...waitingOf(day)]),
    ),
    '',
    '**Fairness.** The queue of an environment lets one of its runs ask for slots and tokens at a time, whatever it has started; the others',
    "of it ask for looks alone. Without queues all of them compete with everybody else's, as the last day shows. Between environments it is first come,",
    'first served: nobody has a share, and many environments that deploy at once make each other wait.',
    ...days.filter(({ looks }) => looks > 0).map(looksOf),
    '',
    '**What to do about a limit.** Instances add slots. More partitions (`partitionCount`, 16 at most, for a new task hub) or the scheduler help',
    "where responses are what limits. Resource Manager's buckets are of a subscription and a principal: another app with an identity of its own has its",
    'own, up to 15 times of one for the subscription; environments in another subscription have theirs.',
  ];
}

const ASKED: readonly { readonly name: string; readonly of: (run: RunDemand) => number }[] = [
  { name: 'Orchestrations begun, continued ones among them', of: orchestrationStarts },
  { name: 'Activities', of: (run) => run.activities },
  { name: 'Turns of orchestrations', of: (run) => run.turns },
  { name: 'Timers that fired', of: (run) => run.timersFired },
  { name: 'External events', of: (run) => run.externalEvents },
  { name: 'Messages in control queues', of: controlMessages },
  { name: 'Actions of a Durable Task Scheduler', of: actions },
  { name: 'Operations of the task hub on Azure Storage', of: hubOperations },
  { name: 'Operations on blobs', of: (run) => run.blobOperations },
  { name: 'Resource Manager: reads', of: (run) => run.resourceManager.reads },
  { name: '– writes and actions', of: (run) => run.resourceManager.writes },
  { name: '– deletions', of: (run) => run.resourceManager.deletes },
  { name: 'Vault: secrets set', of: (run) => run.vault.creates },
  { name: '– other requests', of: (run) => run.vault.others },
  { name: 'Seconds of slots', of: slotSeconds },
  { name: 'Seconds from start to end, of Azure', of: (run) => run.seconds },
];

/** What it costs that runs wait. */
function looksOf({ engine, looks, storageOperations }: DaySummary): string {
  return `With ${engine}, ${round(looks)} looks of those that wait are part of that day's ${round(storageOperations)} operations of the storage.`;
}

function waitingOf(day: DaySummary): readonly string[] {
  const { environments, partitions, buckets, slots } = day.mostWaiting;
  const numbers = [
    environments,
    partitions,
    buckets,
    slots,
    day.looks,
    day.storageOperations,
    day.mostStorageOperationsInASecond,
  ];
  return numbers.map(round);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)];
}

/** Three figures that count, no more. */
function round(value: number): string {
  return (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString('en');
}
