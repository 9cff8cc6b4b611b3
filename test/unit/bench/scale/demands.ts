import type { Demands, RunDemand } from '../../../../bench/scale/demand.ts';

/** Runs of round numbers. */
export function roundDemand(parts: Partial<RunDemand> = {}): RunDemand {
  return {
    orchestrations: 1,
    subOrchestrations: 0,
    continuations: 0,
    turns: 20,
    activities: 10,
    activitySeconds: 5,
    timersFired: 5,
    externalEvents: 0,
    blobOperations: 100,
    resourceManager: { reads: 0, writes: 0, deletes: 0 },
    vault: { creates: 0, others: 0 },
    seconds: 100,
    ...parts,
  };
}

export const ROUND_DEMANDS: Demands = {
  first: roundDemand({ activities: 100, activitySeconds: 50, seconds: 600 }),
  daily: roundDemand({ resourceManager: { reads: 20, writes: 4, deletes: 1 } }),
  noop: roundDemand({
    activities: 3,
    activitySeconds: 0.3,
    timersFired: 0,
    turns: 4,
    blobOperations: 30,
    seconds: 0.5,
  }),
};
