import type { OperationKind } from '../../domain/durations/durations.ts';
import { settleAll } from '../settle.ts';
import { pauseAfter } from './look-schedule.ts';
import { endClock, secondsSinceFirst, startClock, type Timekeeper } from './refusal-clock.ts';
import { recordedOf, rememberDuration } from './seen-durations.ts';
import type { Waiting } from './waiting.ts';

/** What a look answers that found it not ready. */
export interface NotReady<Result> {
  readonly kind: 'not_ready';
  /** For people: what is waited for. */
  readonly on: string;
  /** Counted from the first such look of this run. */
  readonly limitInSeconds: number;
  /** When Azure wants to be asked again; without: see `pauseAfter`. */
  readonly afterInSeconds?: number;
  /** What takes its time in the same way each time; how long it takes is remembered, and tells when to look. */
  readonly of?: OperationKind;
  /** When to look where nothing is known of how long it takes. */
  readonly usuallyAfterInSeconds?: number;
  readonly longestPauseInSeconds?: number;
  /** As of `Waiting`. */
  readonly isIdle?: true;
  /** What to do once the time is over: throws, or gives another result. */
  readonly whenOver: () => Result | Promise<Result>;
}

export function notReady<Result>(wait: Omit<NotReady<Result>, 'kind'>): NotReady<Result> {
  return { kind: 'not_ready', ...wait };
}

function isNotReady<Result>(answer: Result | NotReady<Result>): answer is NotReady<Result> {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'not_ready';
}

/**
 * Looks once, and waits for a bounded time for what is not ready. The only way to wait for something that has no operation of
 * ours: any other answer of the look ends the time that is counted, so a later wait has all of it again.
 *
 * @param name stable within the step; durable between its calls
 * @throws what the look or `whenOver` throws; the time goes on to be counted when the look could not be made
 */
export async function untilReady<Result>(
  timekeeper: Timekeeper,
  name: string,
  look: () => Promise<Result | NotReady<Result>>,
): Promise<Result | Waiting> {
  const answer = await look();
  if (!isNotReady(answer)) {
    // At the same moment, so that both are one write.
    await settleAll([rememberDuration(timekeeper, name), endClock(timekeeper, name)]);
    return answer;
  }
  const elapsedInSeconds = secondsSinceFirst(timekeeper, name);
  if (elapsedInSeconds > answer.limitInSeconds) {
    const result = await answer.whenOver();
    await endClock(timekeeper, name);
    return result;
  }
  const { on, isIdle, of, afterInSeconds, longestPauseInSeconds } = answer;
  const isAsked = afterInSeconds !== undefined;
  const longest = longestPauseInSeconds !== undefined && { longestPauseInSeconds };
  await startClock(timekeeper, name, undefined, of && { ...of, isAsked, ...longest });
  const retryAfterInSeconds = afterInSeconds ?? ownPause(timekeeper, answer, elapsedInSeconds);
  return { kind: 'waiting', retryAfterInSeconds, on, ...(isIdle && { isIdle }) };
}

/** Where Azure asks for none. */
function ownPause(
  timekeeper: Timekeeper,
  { of, usuallyAfterInSeconds, longestPauseInSeconds }: NotReady<unknown>,
  elapsedInSeconds: number,
): number {
  const recorded = recordedOf(timekeeper, of);
  if (recorded.length === 0 && usuallyAfterInSeconds !== undefined) return usuallyAfterInSeconds;
  return pauseAfter(elapsedInSeconds, { recorded, longestPauseInSeconds });
}
