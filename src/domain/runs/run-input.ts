import { ENVIRONMENT_NAME } from '../environment-name.ts';
import type { RunInput } from '../function-names.ts';
import { environmentOfRun, RUN_ID } from './run-id.ts';

/**
 * The input of an orchestration that somebody may have started by hand, through the management API of its host.
 * @throws Error that says what it must be: no call of an activity would make it a run
 */
export function requireRunInput(input: unknown): RunInput {
  const { environment, runId } = (input ?? {}) as Readonly<Record<string, unknown>>;
  const isRun =
    typeof environment === 'string' &&
    typeof runId === 'string' &&
    ENVIRONMENT_NAME.test(environment) &&
    RUN_ID.test(runId) &&
    environmentOfRun(runId) === environment;
  if (isRun) return { environment, runId };
  throw new Error(
    'The input is no run: {"environment": NAME, "runId": ID} of a run that is in the run store. Runs are started with POST /api/environments/NAME/deployments, or with the command line.',
  );
}
