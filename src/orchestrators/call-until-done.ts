import type { OrchestrationContext, Task } from 'durable-functions';
import type { CalledInput } from '../domain/function-names.ts';
import type { StepAnswer } from '../domain/run.ts';
import { callActivity, sleep } from './call-activity.ts';
import { type Ending, outcomeOf, type WalkOutcome } from './walked.ts';

/** Long histories replay slowly: after so many calls the orchestration starts over with the next call number. */
const CALLS_PER_HISTORY = 50;
const DEFAULT_RETRY_IN_SECONDS = 5;

/**
 * Calls an activity until it is done, sleeping on a durable timer while Azure works. Never throws.
 *
 * @returns undefined: the orchestration goes on as a new one; one word for success where nothing is known of the storage
 */
export function* callUntilDone<Input extends CalledInput>(
  context: OrchestrationContext,
  name: string,
): Generator<Task, Ending | WalkOutcome | undefined, unknown> {
  const input = context.df.getInput<Input>();
  const nextHistory = input.callNumber + CALLS_PER_HISTORY;
  for (let callNumber = input.callNumber; callNumber < nextHistory; callNumber += 1) {
    const answer = yield* callOnce(context, name, { ...input, callNumber });
    const next = nextCall(answer);
    if (next.kind === 'ended') return input.known ? next.ending : outcomeOf(next.ending);
    yield sleep(context, next.afterInSeconds);
  }
  context.df.continueAsNew({ ...input, callNumber: nextHistory });
  return undefined;
}

function* callOnce(
  context: OrchestrationContext,
  name: string,
  input: CalledInput,
): Generator<Task, StepAnswer, unknown> {
  try {
    return yield* callActivity<StepAnswer>(context, name, input);
  } catch {
    // The activity answers every expected failure as a value; this is a lost invocation or a time limit of the host.
    // close_run finds what has no end and says so.
    return { kind: 'failed', code: 'activity_lost', retryable: false };
  }
}

function nextCall(
  answer: StepAnswer,
): { readonly kind: 'ended'; readonly ending: Ending } | { readonly kind: 'again'; readonly afterInSeconds: number } {
  if (answer.kind === 'waiting') return { kind: 'again', afterInSeconds: answer.retryAfterInSeconds };
  if (answer.kind === 'failed' && answer.retryable)
    return { kind: 'again', afterInSeconds: answer.retryAfterInSeconds ?? DEFAULT_RETRY_IN_SECONDS };
  return { kind: 'ended', ending: answer.kind };
}
