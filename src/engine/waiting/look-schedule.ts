/**
 * When to look at something that says nothing about when to look again. Where nothing is known of how long it takes: after an eighth of
 * what it has taken so far, so that no wait is much longer than it has to be, and a long one is not looked at more often than a short one.
 */
const SHARE_OF_ELAPSED = 1 / 8;
const SHORTEST_PAUSE_IN_SECONDS = 0.1;
const LONGEST_PAUSE_IN_SECONDS = 15;

/** Where its end is expected, so many looks are spread, but none closer to the next than this share of the time that it takes. */
const LOOKS_AROUND_END = 20;
const CLOSEST_SHARE = 1 / 64;
/** What was seen once tells little of how much it varies: by so much of its time for the first, less for each further one. */
const MARGIN_OF_ONE = 0.2;
/** Before that it is looked at only so often, in case it has become much faster, or fails. */
const EARLY_LOOKS = 4;
const LONGEST_EARLY_PAUSE_IN_SECONDS = 60;

/** What is to be known of something that takes time. */
export interface Expected {
  /** How long it took before, in seconds. */
  readonly recorded: readonly number[];
  /** For who wants to see in between what it does. */
  readonly longestPauseInSeconds?: number | undefined;
}

/** Seconds after the beginning between which an end is looked for, and how many are between two looks there. */
interface Window {
  readonly from: number;
  readonly until: number;
  readonly expected: number;
  readonly pause: number;
}

/**
 * How long until the next look. With records: a few looks until a little before the earliest end that is to be expected, dense ones
 * until the latest, and then ever longer pauses up to the eighth. There are never more of them than without records.
 *
 * @param elapsedInSeconds since the first look, which found it not ready
 */
export function pauseAfter(elapsedInSeconds: number, { recorded, longestPauseInSeconds }: Expected): number {
  const longest = longestPauseInSeconds ?? LONGEST_PAUSE_IN_SECONDS;
  const usual = between(SHORTEST_PAUSE_IN_SECONDS, elapsedInSeconds * SHARE_OF_ELAPSED, longest);
  const window = windowOf(recorded);
  if (!window) return usual;
  const { from, until, expected, pause } = window;
  const left = from - elapsedInSeconds;
  if (left > 0) {
    const early = Math.min(expected / EARLY_LOOKS, longestPauseInSeconds ?? LONGEST_EARLY_PAUSE_IN_SECONDS);
    return Math.max(Math.min(left, early), SHORTEST_PAUSE_IN_SECONDS);
  }
  // Behind the window the pauses double, until they are what they are without one.
  return Math.min(Math.max(pause, elapsedInSeconds - until), Math.max(usual, pause));
}

/** How long something may have been over, at most, that was looked at by this schedule and seen to be over after so many seconds. */
export function latestBy(elapsedInSeconds: number, expected: Expected): number {
  let before = 0;
  for (let next = 0; next < elapsedInSeconds; next += pauseAfter(next, expected)) before = next;
  return elapsedInSeconds - before;
}

function windowOf(recorded: readonly number[]): Window | undefined {
  const sorted = recorded.toSorted((a, b) => a - b);
  const expected = sorted[Math.floor(sorted.length / 2)];
  if (expected === undefined) return undefined;
  // One that was seen too late by far, or failed at once, moves neither end too far.
  const earliest = Math.max(sorted.at(0) ?? expected, expected / 2);
  const latest = Math.min(sorted.at(-1) ?? expected, expected * 2);
  const margin = Math.max((latest - earliest) / 2, (expected * MARGIN_OF_ONE) / sorted.length);
  const [from, until] = [Math.max(0, earliest - margin), latest + margin];
  const pause = Math.max((until - from) / LOOKS_AROUND_END, expected * CLOSEST_SHARE, SHORTEST_PAUSE_IN_SECONDS);
  return { from, until, expected, pause };
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
