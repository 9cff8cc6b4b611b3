import { OPERATION_KINDS } from '../counting-proxy.ts';
import type { DurableCounts } from '../runs/durable-counts.ts';
import type { RequestCounts } from '../runs/request-counts.ts';
import type { ServedRun } from '../runs/served-runs.ts';

/** What one run asks of everything that has a limit, as it was counted. */
export interface RunDemand extends Omit<DurableCounts, 'activitySeconds'>, RequestCounts {
  readonly activities: number;
  /** Of all activities together, with Azure next door: the simulator. */
  readonly activitySeconds: number;
  readonly blobOperations: number;
  /** From start to end where nothing else is under way. */
  readonly seconds: number;
}

export const RUN_KINDS = ['first', 'daily', 'noop'] as const;
export type RunKind = (typeof RUN_KINDS)[number];
export type Demands = Readonly<Record<RunKind, RunDemand>>;

/**
 * In the time of Azure. What a run without changes takes is our own work, which is as fast here as there; everything beyond that counts
 * as Azure's, so that runs are taken to be somewhat longer than they are.
 *
 * @param speed so many times that of Azure they were counted at
 */
export function demandsOf(runs: Readonly<Record<RunKind, ServedRun>>, speed: number): Demands {
  const own = runs.noop.seconds;
  const inAzure = (run: ServedRun): RunDemand => ({
    ...demandOf(run),
    seconds: own + Math.max(0, run.seconds - own) * speed,
  });
  return { first: inAzure(runs.first), daily: inAzure(runs.daily), noop: inAzure(runs.noop) };
}

/** In the time in which it was counted. */
export function demandOf({ activitySeconds, operations, requests: asked, ...run }: ServedRun): RunDemand {
  return {
    ...run,
    ...asked,
    activities: activitySeconds.length,
    activitySeconds: activitySeconds.reduce((sum, one) => sum + one, 0),
    blobOperations: OPERATION_KINDS.reduce((sum, kind) => sum + operations[kind], 0),
  };
}

/**
 * An assumption, since nobody publishes it: what a request to Resource Manager or a vault takes longer in a network than it does on one machine.
 * Requests are taken to follow each other, where many go out together; so slots are taken to be busier than they are.
 */
export const SECONDS_MORE_PER_REQUEST = 0.1;

export function orchestrationStarts(run: RunDemand): number {
  return run.orchestrations + run.subOrchestrations + run.continuations;
}

/** What arrives in the control queues: starts, ends of activities and sub-orchestrations, timers, events. */
export function controlMessages(run: RunDemand): number {
  return orchestrationStarts(run) + run.activities + run.subOrchestrations + run.timersFired + run.externalEvents;
}

/**
 * What the Durable Task Scheduler counts: what it hands to the app, so that each activity is two, its call and its result
 * (https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler-dedicated-sku#what-is-an-action).
 */
export function actions(run: RunDemand): number {
  return controlMessages(run) + run.activities;
}

/** A message is put, taken and deleted; that up to 32 may be taken at once is left out. */
export const OPERATIONS_PER_MESSAGE = 3;
/** A turn appends to the history and updates the instance. */
const OPERATIONS_PER_TURN = 2;

/**
 * Requests of the task hub on Azure Storage, by the way of a message through it
 * (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-azure-storage-provider): an activity is a message in the
 * queue of work, and everything that happened one in a control queue. Polling of empty queues belongs to the app, not to a run.
 */
export function hubOperations(run: RunDemand): number {
  const messages = controlMessages(run) + run.activities;
  return messages * OPERATIONS_PER_MESSAGE + run.turns * OPERATIONS_PER_TURN;
}

function requests({ resourceManager, vault }: RunDemand): number {
  const { reads, writes, deletes } = resourceManager;
  return reads + writes + deletes + vault.creates + vault.others;
}

/** How long slots for activities are taken by the run. */
export function slotSeconds(run: RunDemand): number {
  return run.activitySeconds + requests(run) * SECONDS_MORE_PER_REQUEST;
}
