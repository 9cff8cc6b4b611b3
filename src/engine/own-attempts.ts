import { explainFailure } from './failure.ts';
import type { StepContext } from './step.ts';
import type { Waiting } from './waiting.ts';

/**
 * One of several things that a step does side by side, with attempts of its own (`advanced.retry_attempts`): what goes wrong
 * for a moment with one of them neither stops the others nor counts against them.
 *
 * @param name stable within the step
 * @throws what cannot be tried again, and the last failure once all attempts are used up
 */
export async function onItsOwn<Result>(
  context: StepContext,
  { name, service }: { readonly name: string; readonly service: string },
  work: () => Promise<Result>,
): Promise<Result | Waiting> {
  const key = `tries:${name}`;
  try {
    return await work();
  } catch (error) {
    const failure = explainFailure(error);
    if (failure.kind !== 'retry') throw error;
    const { retryAttempts, retryDelayInSeconds } = context.config.advanced;
    const tries = (context.memory.get<number>(key) ?? 0) + 1;
    if (tries > retryAttempts) throw error;
    await context.memory.set(key, tries);
    const { message, code } = failure.report;
    context.log('warning', `${name}, attempt ${tries}: ${message} (${code})`, service);
    const retryAfterInSeconds = failure.afterInSeconds ?? retryDelayInSeconds * 2 ** (tries - 1);
    return { kind: 'waiting', retryAfterInSeconds, on: `another attempt of ${name}` };
  }
}
