import { actions, controlMessages, type Demands, hubOperations, type RunDemand, slotSeconds } from './demand.ts';
import { type Engine, perSecondOf } from './model.ts';

/** What keeps the orchestrations, how many processes work, and what runs ask of them. */
export interface SimulatedApp {
  readonly engine: Engine;
  readonly instances: number;
  readonly demands: Demands;
  /** An app whose environments have no queues, as ours is not: shows what the queues are good for. */
  readonly withoutQueues?: true;
}

/** One call of an activity, with all that belongs to it. */
export interface Call {
  /** For which it takes its partition. */
  readonly messageSeconds: number;
  readonly reads: number;
  readonly writes: number;
  readonly slotSeconds: number;
  readonly storageOperations: number;
}

/** A run as a row of calls that are all alike: each its share of what the run was counted to ask. */
export interface CallRow {
  readonly calls: number;
  readonly each: Call;
  /** Between two of them, in which Azure works. */
  readonly pause: number;
}

/** Partitions of Azure Storage; a Durable Task Scheduler is like one. */
export function partitionCount({ partitions }: Engine): number {
  return partitions ?? 1;
}

export function callsOf(app: SimulatedApp, run: RunDemand): CallRow {
  const { activities: calls } = run;
  const whole = callOf(app, run);
  const each: Call = {
    messageSeconds: whole.messageSeconds / calls,
    reads: whole.reads / calls,
    writes: whole.writes / calls,
    slotSeconds: whole.slotSeconds / calls,
    storageOperations: whole.storageOperations / calls,
  };
  const pause = Math.max(0, run.seconds - whole.messageSeconds - whole.slotSeconds) / Math.max(1, calls - 1);
  return { calls, each, pause };
}

/**
 * A look of a run that waits for its environment: a timer, an activity and their turns. What the activity takes is that of a run
 * without changes, which has little else; it asks Resource Manager nothing.
 */
export function lookOf({ demands: { noop }, ...app }: SimulatedApp): Call {
  const share = 1 / noop.activities;
  return callOf(app, {
    ...noop,
    orchestrations: 0,
    subOrchestrations: 0,
    continuations: 0,
    externalEvents: 0,
    timersFired: 1,
    turns: 2,
    activities: 1,
    activitySeconds: noop.activitySeconds * share,
    blobOperations: noop.blobOperations * share,
    resourceManager: { reads: 0, writes: 0, deletes: 0 },
    vault: { creates: 0, others: 0 },
  });
}

/** All that a run asks, as if it were one call. */
function callOf({ engine, instances }: Pick<SimulatedApp, 'engine' | 'instances'>, run: RunDemand): Call {
  const isStorage = engine.partitions !== undefined;
  const { reads, writes, deletes } = run.resourceManager;
  return {
    messageSeconds:
      ((isStorage ? controlMessages(run) : actions(run)) * partitionCount(engine)) / perSecondOf(engine, instances),
    reads,
    // Deletions have a bucket of their own, of the same size; a deployment has next to none.
    writes: writes + deletes,
    slotSeconds: slotSeconds(run),
    storageOperations: run.blobOperations + (isStorage ? hubOperations(run) : 0),
  };
}
