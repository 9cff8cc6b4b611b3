import type { RunOptions } from '../run.ts';
import { type StepName, stepDefinition } from '../steps.ts';

/** Why a step has nothing to do in a run that is about a part only; undefined: it is within its scope. */
export function outOfScope(options: RunOptions, step: StepName): string | undefined {
  if (options.rollbackTo && !stepDefinition(step).inRollback) return 'not part of a rollback';
  return options.onlySteps && !options.onlySteps.includes(step) ? 'not part of this run' : undefined;
}
