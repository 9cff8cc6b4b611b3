import type { OrchestrationHandler } from 'durable-functions';
import { FunctionName } from '../domain/function-names.ts';
import { callUntilDone } from './call-until-done.ts';

/** Calls the activity that deletes until everything of the run's plan is gone. */
export const runRemoval: OrchestrationHandler = function* (context) {
  return yield* callUntilDone(context, FunctionName.removeResources);
};
