import type { RunOptions } from './run.ts';
import type { StepName } from './steps.ts';

/** A rollback brings releases back and nothing else. */
const ROLLBACK_STEPS: readonly StepName[] = [
  'deploy_application_services',
  'configure_environment_variables',
  'verify_deployment',
];

/** Why a step has nothing to do in a run that is about a part only; undefined: it is within its scope. */
export function outOfScope(options: RunOptions, step: StepName): string | undefined {
  if (options.rollbackTo && !ROLLBACK_STEPS.includes(step)) return 'not part of a rollback';
  return options.onlySteps && !options.onlySteps.includes(step) ? 'not part of this run' : undefined;
}
