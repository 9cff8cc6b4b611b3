import { openApp, Refusal } from './app.ts';
import { deploy } from './deploy.ts';
import { destroy } from './destroy.ts';
import { type Command, type Inputs, readInputs, StepFailure } from './inputs.ts';
import { pullRequestOf } from './pull-request.ts';
import { reap } from './reap.ts';
import { createRunner } from './runner.ts';
import type { Step } from './step.ts';

/**
 * The step of action.yml. It runs on Node alone, without installed packages: `npm run action` makes one file of it, action/bundle/run.mjs.
 */
const COMMANDS: Readonly<Record<Command, (step: Step, inputs: Inputs) => Promise<void>>> = { deploy, destroy, reap };

const runner = createRunner(process.env);
process.exitCode = await main().catch(fail);

async function main(): Promise<number> {
  const inputs = readInputs(process.env);
  runner.mask(inputs.key);
  if (inputs.commentToken !== undefined) runner.mask(inputs.commentToken);
  const pullRequest = await pullRequestOf(process.env, inputs.commentToken);
  const filesOfJob = process.env.RUNNER_TEMP;
  await COMMANDS[inputs.command]({ runner, app: openApp(inputs), pullRequest, filesOfJob }, inputs);
  runner.output('failure-reason', '');
  return 0;
}

function fail(error: unknown): number {
  const isExpected = error instanceof StepFailure || error instanceof Refusal;
  runner.error(isExpected ? error.message : `Internal error; please report it. ${String((error as Error).stack)}`);
  if (error instanceof StepFailure) runner.output('failure-reason', error.reason ?? '');
  return 1;
}
