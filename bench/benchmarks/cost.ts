import { OPERATION_KINDS, type OperationCounts } from '../counting-proxy.ts';
import type { Benchmark, Figure } from '../figure.ts';
import { measureServedRuns, type ServedRun } from '../runs/served-runs.ts';
import { demandOf, hubOperations } from '../scale/demand.ts';

/** The simulator's, so many times that of Azure; looks at operations are as many as on Azure. */
const SPEED = 20;

/**
 * US dollars. Consumption plan, East US, as quoted in public (modal.com/blog/azure-function-pricing-guide); the free grant of
 * 400,000 GB-s and a million executions a month is left out.
 */
const PER_GB_SECOND = 0.000016;
const PER_EXECUTION = 0.2 / 1e6;
/** At least 100 ms each; memory in steps of 128 MB (https://azure.microsoft.com/pricing/details/functions). */
const SHORTEST_SECONDS = 0.1;
const MEMORY_STEP_IN_MB = 128;
/** Where the system does not tell the memory of a process. */
const USUAL_MEMORY_IN_MB = 256;

/**
 * US dollars for 10,000 operations on hot blobs: the sample prices of Microsoft's article "Estimate the cost of using Azure Blob
 * Storage" (learn.microsoft.com/azure/storage/blobs/blob-storage-estimate-costs).
 */
const PER_TEN_THOUSAND: OperationCounts = { write: 0.055, read: 0.0044, list: 0.055, other: 0.0044, free: 0 };

/** Operations on blobs: fewer than sixty. */
const MOST_OF_A_NOOP = 59;

/** Counted from a real run through the served app with its state in blobs: on Azure the same functions make the same calls. */
export const cost: Benchmark = {
  name: 'cost',
  async measure() {
    const { first, daily, noop, peakInMb = USUAL_MEMORY_IN_MB } = await measureServedRuns(SPEED);
    return [
      ...figures('first run', first, peakInMb),
      ...figures('daily deployment', daily, peakInMb),
      ...figures('no-op', noop, peakInMb, MOST_OF_A_NOOP),
      ...idle(),
    ];
  },
};

/**
 * Storage operations a second of an app that does nothing, on the real host (4.1037, durable extension 3.19.0, four partitions, queues
 * polled every two seconds at most); counted once, since no host is at hand here. There a first run had about 1,100 of them in all.
 */
const IDLE_OPERATIONS_PER_SECOND = 3.8;
const SECONDS_OF_A_MONTH = 30 * 24 * 60 * 60;

/** What polling costs, which belongs to the app and to no run. */
function idle(): readonly Figure[] {
  const operations = IDLE_OPERATIONS_PER_SECOND * SECONDS_OF_A_MONTH;
  return [
    { name: 'idle on Azure: storage operations a month', value: operations, unit: '' },
    { name: 'idle on Azure: cost of a month', value: (operations * PER_TEN_THOUSAND.other) / 1e4, unit: 'US dollars' },
  ];
}

function figures(name: string, run: ServedRun, memoryInMb: number, mostOperations?: number): readonly Figure[] {
  const { turns, activitySeconds, operations } = run;
  const gigabytes = (Math.ceil(memoryInMb / MEMORY_STEP_IN_MB) * MEMORY_STEP_IN_MB) / 1024;
  // The call that starts the run is one as well; orchestrators only replay and stay below the minimum.
  const executions = 1 + turns + activitySeconds.length;
  const billed = activitySeconds.map((seconds) => Math.max(SHORTEST_SECONDS, seconds));
  const seconds = (1 + turns) * SHORTEST_SECONDS + billed.reduce((sum, one) => sum + one, 0);
  // No source for prices of queues and tables was at hand: they are counted like other blob operations, which cost no less.
  const hub = hubOperations(demandOf(run));
  const storage = OPERATION_KINDS.reduce((sum, kind) => sum + (operations[kind] * PER_TEN_THOUSAND[kind]) / 1e4, 0);
  const dollars =
    executions * PER_EXECUTION + seconds * gigabytes * PER_GB_SECOND + storage + (hub * PER_TEN_THOUSAND.other) / 1e4;
  const blobs = OPERATION_KINDS.reduce((sum, kind) => sum + operations[kind], 0);
  return [
    { name: `${name} on Azure: executions of functions`, value: executions, unit: '' },
    { name: `${name} on Azure: GB-seconds`, value: seconds * gigabytes, unit: 'GB-s' },
    {
      name: `${name} on Azure: operations on blobs`,
      value: blobs,
      unit: '',
      ...(mostOperations !== undefined && { target: { of: 'value', atMost: mostOperations } }),
    },
    { name: `${name} on Azure: of these, writes`, value: operations.write, unit: '' },
    { name: `${name} on Azure: operations of the task hub`, value: hub, unit: '' },
    { name: `${name} on Azure: cost without any free grant`, value: dollars * 100, unit: 'US cents' },
  ];
}
