import { parseNcrontab, type Schedule } from '../../shared/ncrontab.ts';

/** What a configuration says of drift checks. */
export interface DriftCheckConfig {
  /** NCRONTAB, in UTC. */
  readonly schedule: string;
  readonly repair: boolean;
}

/** Each check reads every resource; the timer that starts them comes every five minutes. */
const LEAST_MINUTES_BETWEEN = 15;
/** So many times are looked at for two that are too close: more than the 96 of a day that has one every 15 minutes. */
const LOOKED_AT_TIMES = 200;
const MINUTE_IN_MS = 60_000;
/** Any time: what comes after it is looked at. A leap day is near. */
const SOME_TIME = new Date('2028-01-01T00:00:00Z');
/** Years are alike. */
const LOOKED_AT_UNTIL = new Date('2030-01-01T00:00:00Z');

/** What is wrong with a schedule; undefined: nothing. */
export function scheduleProblem(text: string): string | undefined {
  let schedule: Schedule;
  try {
    schedule = parseNcrontab(text);
  } catch (error) {
    return `must be {second} {minute} {hour} {day} {month} {day-of-week}, such as "0 0 6 * * *" for each day at 6 (UTC): ${(error as Error).message}`;
  }
  let before = schedule.next(SOME_TIME);
  if (!before) return 'never comes: there is no such day';
  for (let count = 0; count < LOOKED_AT_TIMES && before < LOOKED_AT_UNTIL; count += 1) {
    const next = schedule.next(before);
    if (!next) return undefined;
    if (next.getTime() - before.getTime() < LEAST_MINUTES_BETWEEN * MINUTE_IN_MS)
      return `must leave ${LEAST_MINUTES_BETWEEN} minutes between two checks; it has ${before.toISOString()} and ${next.toISOString()}`;
    before = next;
  }
  return undefined;
}
