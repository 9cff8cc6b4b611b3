import { FunctionName } from '../domain/function-names.ts';
import type { StepName } from '../domain/steps.ts';
import { closeRun } from './close-run.ts';
import { openRun } from './open-run.ts';
import { performStep } from './perform-step.ts';
import type { Services } from './services.ts';
import { createSteps } from './steps.ts';

export type ActivityName = StepName | typeof FunctionName.openRun | typeof FunctionName.closeRun;
export type Activity = (input: never) => Promise<unknown>;

/** Every activity by its registered name: one for each step, and the two around them. */
export function createActivities(services: Services): Readonly<Record<ActivityName, Activity>> {
  const steps = createSteps();
  return {
    ...(Object.fromEntries<Activity>(steps.map((step) => [step.name, performStep(services, step)])) as Record<
      StepName,
      Activity
    >),
    [FunctionName.openRun]: openRun(services, steps),
    [FunctionName.closeRun]: closeRun(services),
  };
}
