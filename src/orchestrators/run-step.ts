import type { OrchestrationHandler } from 'durable-functions';
import type { StepInput } from '../domain/function-names.ts';
import { callUntilDone } from './call-until-done.ts';

/** Calls a step's activity until the step is done. */
export const runStep: OrchestrationHandler = function* (context) {
  return yield* callUntilDone(context, context.df.getInput<StepInput>().step);
};
