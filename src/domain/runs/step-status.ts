import { type EnvironmentState, isBegunFirst, type StepState } from '../state.ts';

/** How a step is told: one that was begun and never ended runs while its run holds the lock, and is left as begun by one that is over. */
type StepStatus = StepState['status'] | 'running' | 'begun';

export function stepStatus({ lock }: Pick<EnvironmentState, 'lock'>, step: StepState): StepStatus {
  if (!isBegunFirst(step)) return step.status;
  return lock?.runId === step.begun_by ? 'running' : 'begun';
}
