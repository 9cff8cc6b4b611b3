import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { StepInput } from '../domain/function-names.ts';
import type { RunOutcome, StepAnswer } from '../domain/run.ts';
import { callActivity, sleep } from './call-activity.ts';

/** Long histories replay slowly: after so many calls the orchestration starts over with the next call number. */
const CALLS_PER_HISTORY = 50;
const DEFAULT_RETRY_IN_SECONDS = 5;

/** Calls a step's activity until it is done, sleeping on a durable timer while Azure works. Never throws. */
export const runStep: OrchestrationHandler = function* (context) {
  const input = context.df.getInput<StepInput>();
  const nextHistory = input.callNumber + CALLS_PER_HISTORY;
  for (let callNumber = input.callNumber; callNumber < nextHistory; callNumber += 1) {
    const answer = yield* callStep(context, { ...input, callNumber });
    const sleepInSeconds = secondsUntilNextCall(answer);
    if (sleepInSeconds === undefined) return outcomeOf(answer);
    yield sleep(context, sleepInSeconds);
  }
  context.df.continueAsNew({ ...input, callNumber: nextHistory });
  return undefined;
};

function* callStep(context: OrchestrationContext, input: StepInput): Generator<Task, StepAnswer, unknown> {
  try {
    return yield* callActivity<StepAnswer>(context, input.step, input);
  } catch {
    // The activity answers every expected failure as a value; this is a lost invocation or a time limit of the host.
    // close_run finds the step without an end and says so.
    return { kind: 'failed', code: 'activity_lost', retryable: false };
  }
}

function secondsUntilNextCall(answer: StepAnswer): number | undefined {
  if (answer.kind === 'waiting') return answer.retryAfterInSeconds;
  if (answer.kind === 'failed' && answer.retryable) return answer.retryAfterInSeconds ?? DEFAULT_RETRY_IN_SECONDS;
  return undefined;
}

function outcomeOf(answer: StepAnswer): RunOutcome {
  if (answer.kind === 'failed') return 'failed';
  return answer.kind === 'stopped' ? 'stopped' : 'succeeded';
}
