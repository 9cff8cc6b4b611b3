import type { StepContext } from '../step.ts';
import { patienceOf, withPatience } from './patience.ts';
import type { Waiting } from './waiting.ts';

/**
 * One of several things that a step does side by side, with attempts of its own (`advanced.retry_attempts`): what goes wrong
 * for a moment with one of them neither stops the others nor counts against them.
 *
 * @param name stable within the step
 * @throws what is waited for or cannot be tried again, and the last failure once all attempts are used up
 */
export async function withOwnAttempts<Result>(
  context: StepContext,
  { name, service }: { readonly name: string; readonly service: string },
  work: () => Promise<Result>,
): Promise<Result | Waiting> {
  const outcome = await withPatience(context, patienceOf(context.config, name), work);
  if (outcome.kind === 'answered') return outcome.answer;
  const { verdict, error } = outcome;
  if (verdict.kind !== 'again') throw error;
  context.log('warning', `${name}, ${verdict.message}`, service);
  return { kind: 'waiting', retryAfterInSeconds: verdict.seconds, on: `another attempt of ${name}` };
}
