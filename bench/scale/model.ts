import {
  actions,
  controlMessages,
  hubOperations,
  OPERATIONS_PER_MESSAGE,
  type RunDemand,
  slotSeconds,
} from './demand.ts';
import { PUBLISHED } from './limits.ts';

/** What keeps the orchestrations. */
export type Engine =
  | {
      readonly name: string;
      /** Control queues in a storage account. */
      readonly partitions: number;
    }
  | {
      readonly name: string;
      readonly partitions?: undefined;
      /** What a Durable Task Scheduler hands out. */
      readonly actionsPerSecond: number;
    };

export const STORAGE: Engine = { name: 'Azure Storage, 4 partitions', partitions: 4 };
export const WIDE_STORAGE: Engine = {
  name: 'Azure Storage, 16 partitions',
  partitions: PUBLISHED.controlQueues.value,
};
export const SCHEDULER: Engine = {
  name: 'Durable Task Scheduler, Consumption',
  actionsPerSecond: PUBLISHED.consumptionActions.value,
};
const DEDICATED: Engine = {
  name: 'Durable Task Scheduler, Dedicated, 1 unit',
  actionsPerSecond: PUBLISHED.dedicatedActions.value,
};
export const ENGINES: readonly Engine[] = [STORAGE, WIDE_STORAGE, SCHEDULER, DEDICATED];

/** Something of which there is only so much. */
interface Resource {
  readonly name: string;
  readonly perSecond: number;
  /** Of the same unit. */
  readonly ofARun: (run: RunDemand) => number;
}

export interface Capacity {
  readonly resource: string;
  readonly runsAnHour: number;
}

const SECONDS_OF_AN_HOUR = 3600;

/**
 * How many runs of a kind an hour each limit lets pass, where all of it is used for them: the lowest first. A limit that the kind of run does
 * not touch is left out. Limits that nobody publishes (of resource providers, of registries) are in no model.
 */
export function capacities(engine: Engine, instances: number, run: RunDemand): readonly Capacity[] {
  return [...engineResources(engine, instances), ...SUBSCRIPTION]
    .map(({ name, perSecond, ofARun }) => ({
      resource: name,
      runsAnHour: (perSecond / ofARun(run)) * SECONDS_OF_AN_HOUR,
    }))
    .filter(({ runsAnHour }) => Number.isFinite(runsAnHour))
    .toSorted((one, other) => one.runsAnHour - other.runsAnHour);
}

/**
 * Messages that orchestrations take from Azure Storage, or actions of a scheduler. A partition is of one instance at a time, so that
 * more instances than partitions take no more messages.
 */
export function perSecondOf(engine: Engine, instances: number): number {
  if (engine.partitions === undefined) return engine.actionsPerSecond;
  return Math.min(instances, engine.partitions) * PUBLISHED.fanIn.value;
}

function engineResources(engine: Engine, instances: number): readonly Resource[] {
  const slots = {
    name: 'activity slots',
    perSecond: instances * PUBLISHED.slots.value,
    ofARun: slotSeconds,
  };
  const account = (ofARun: Resource['ofARun']): Resource => ({
    name: 'storage account',
    perSecond: PUBLISHED.storageAccount.value,
    ofARun,
  });
  const { partitions } = engine;
  if (partitions === undefined) {
    return [
      slots,
      account((run) => run.blobOperations),
      { name: 'scheduler', perSecond: perSecondOf(engine, instances), ofARun: actions },
    ];
  }
  return [
    slots,
    account((run) => run.blobOperations + hubOperations(run)),
    {
      name: 'control queues',
      perSecond: partitions * PUBLISHED.queue.value,
      ofARun: (run) => controlMessages(run) * OPERATIONS_PER_MESSAGE,
    },
    {
      name: 'work-item queue',
      perSecond: PUBLISHED.queue.value,
      ofARun: (run) => run.activities * OPERATIONS_PER_MESSAGE,
    },
    { name: 'responses processed', perSecond: perSecondOf(engine, instances), ofARun: controlMessages },
    { name: 'activities started', perSecond: instances * PUBLISHED.fanOut.value, ofARun: (run) => run.activities },
  ];
}

/** Of one subscription and one identity of the app, in one region. */
const SUBSCRIPTION: readonly Resource[] = [
  {
    name: 'Resource Manager, reads',
    perSecond: PUBLISHED.armReads.value,
    ofARun: (run) => run.resourceManager.reads,
  },
  {
    name: 'Resource Manager, writes',
    perSecond: PUBLISHED.armWrites.value,
    ofARun: (run) => run.resourceManager.writes,
  },
  {
    name: 'Resource Manager, deletions',
    perSecond: PUBLISHED.armDeletes.value,
    ofARun: (run) => run.resourceManager.deletes,
  },
  { name: 'vaults, secrets set', perSecond: PUBLISHED.vaultCreates.value, ofARun: (run) => run.vault.creates },
  { name: 'vaults, other requests', perSecond: PUBLISHED.vaultOthers.value, ofARun: (run) => run.vault.others },
];
