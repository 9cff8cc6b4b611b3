import type { EnvironmentState, StepState } from '../state.ts';

/** How a step is told: one that was begun and never ended runs while its run holds the lock, and is left as begun by one that is over. */
export type StepStatus = StepState['status'] | 'running' | 'begun';

/** A run has begun it, and none has ended it, well or badly: its record has what its head start left. */
export function isOnlyBegun({ status, begun_by, error }: StepState): boolean {
  return status === 'failed' && begun_by !== undefined && !error;
}

export function stepStatus({ lock }: Pick<EnvironmentState, 'lock'>, step: StepState): StepStatus {
  if (!isOnlyBegun(step)) return step.status;
  return lock?.runId === step.begun_by ? 'running' : 'begun';
}
