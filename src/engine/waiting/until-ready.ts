import { endClock, secondsSinceFirst, startClock, type Timekeeper } from './refusal-clock.ts';
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
    await endClock(timekeeper, name);
    return answer;
  }
  const elapsedInSeconds = secondsSinceFirst(timekeeper, name);
  if (elapsedInSeconds > answer.limitInSeconds) {
    const result = await answer.whenOver();
    await endClock(timekeeper, name);
    return result;
  }
  await startClock(timekeeper, name);
  const { afterInSeconds = pauseAfter(elapsedInSeconds, answer.longestPauseInSeconds), on, isIdle } = answer;
  return { kind: 'waiting', retryAfterInSeconds: afterInSeconds, on, ...(isIdle && { isIdle }) };
}

/**
 * Between looks at something that says nothing about when to look again: an eighth of what it has taken so far, so that
 * no wait is much longer than it has to be, and a long one is not looked at more often than a short one.
 */
const SHARE_OF_ELAPSED = 1 / 8;
const SHORTEST_PAUSE_IN_SECONDS = 0.1;
const LONGEST_PAUSE_IN_SECONDS = 15;

function pauseAfter(elapsedInSeconds: number, longest = LONGEST_PAUSE_IN_SECONDS): number {
  return Math.min(Math.max(elapsedInSeconds * SHARE_OF_ELAPSED, SHORTEST_PAUSE_IN_SECONDS), longest);
}
