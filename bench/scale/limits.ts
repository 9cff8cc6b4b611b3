const STORAGE_PROVIDER =
  'https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-azure-storage-provider';
const SCHEDULER =
  'https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler-dedicated-sku';
const THROTTLING = 'https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling';
const VAULT = 'https://learn.microsoft.com/azure/key-vault/general/service-limits';

/** A number that somebody published. */
export interface PublishedLimit {
  readonly of: string;
  /** Each second, or at a time. */
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

/** Vaults of one subscription have five times the limit of one together; each environment has a vault of its own. */
const VAULTS_OF_A_SUBSCRIPTION = 5;
const VAULT_WINDOW_IN_SECONDS = 10;

/** What Azure says of its limits, as the sources had it in 2025 and 2026. */
export const PUBLISHED = {
  controlQueues: {
    of: 'Control queues of a task hub: 4 unless set, and in `host.json`; at most',
    value: 16,
    unit: '',
    source: `${STORAGE_PROVIDER}#orchestrator-scale-out`,
  },
  queue: {
    of: 'Operations on the messages of one queue',
    value: 2000,
    unit: 'a second',
    source: 'https://learn.microsoft.com/azure/storage/queues/scalability-targets',
  },
  storageAccount: {
    of: 'Requests to one storage account',
    value: 20_000,
    unit: 'a second',
    source: 'https://learn.microsoft.com/azure/storage/common/scalability-targets-standard-account',
  },
  fanOut: {
    of: 'Activities started by one instance on Azure Storage',
    value: 100,
    unit: 'a second',
    source: `${STORAGE_PROVIDER}#performance-targets`,
  },
  fanIn: {
    of: 'Responses processed by one instance on Azure Storage',
    value: 150,
    unit: 'a second',
    source: `${STORAGE_PROVIDER}#performance-targets`,
  },
  slots: {
    of: 'Activities at a time in one instance: 10 in a Consumption plan, else 10 for each processor',
    value: 10,
    unit: 'at a time',
    source: 'https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json',
  },
  consumptionActions: {
    of: 'Actions of a Durable Task Scheduler, Consumption',
    value: 500,
    unit: 'a second',
    source: `${SCHEDULER}#consumption-sku-preview`,
  },
  dedicatedActions: {
    of: 'Actions of a capacity unit of a Durable Task Scheduler, Dedicated; three units at most',
    value: 2000,
    unit: 'a second',
    source: `${SCHEDULER}#dedicated-sku`,
  },
  armReads: {
    of: 'Reads through Resource Manager, for a subscription, principal and region; 250 at once',
    value: 25,
    unit: 'a second',
    source: THROTTLING,
  },
  armWrites: {
    of: 'Writes, alike; 200 at once',
    value: 10,
    unit: 'a second',
    source: THROTTLING,
  },
  armDeletes: {
    of: 'Deletions, alike; 200 at once',
    value: 10,
    unit: 'a second',
    source: THROTTLING,
  },
  vaultCreates: {
    of: 'Secrets set in all vaults of a subscription and region, 300 in ten seconds in one vault',
    value: (300 * VAULTS_OF_A_SUBSCRIPTION) / VAULT_WINDOW_IN_SECONDS,
    unit: 'a second',
    source: VAULT,
  },
  vaultOthers: {
    of: 'Other requests to all vaults, 4,000 in ten seconds to one vault',
    value: (4000 * VAULTS_OF_A_SUBSCRIPTION) / VAULT_WINDOW_IN_SECONDS,
    unit: 'a second',
    source: VAULT,
  },
} as const satisfies Readonly<Record<string, PublishedLimit>>;

/** Requests at once that Resource Manager lets pass when its bucket is full, by the same source. */
export const ARM_BUCKETS = { reads: 250, writes: 200, deletes: 200 } as const;
