/** Times by an NCRONTAB expression, in UTC. */
export interface Schedule {
  /** The first time after `after`; undefined when there is none within the next years. */
  next(after: Date): Date | undefined;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { name: 'second', from: 0, to: 59 },
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 0, to: 6, names: DAYS },
];

/** The 29th of February falls on a given day of the week every 28 years, or 40 around a century without leap year. */
const SEARCHED_YEARS = 41;

/**
 * Parses `{second} {minute} {hour} {day} {month} {day-of-week}`, the form of the timer trigger:
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 * Lists, ranges, steps, names of months and days. When day and day of week are both restricted, both must hold (NCrontab),
 * where other cron dialects and their packages take either; and what they add (`L`, `W`, `#`, `?`, 7 for Sunday) is refused.
 * @throws when it has not six fields or a field is malformed.
 */
export function parseNcrontab(expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new Error(`it has ${parts.length} fields instead of six`);
  const sets = FIELDS.map((field, index) => parseField(parts[index] ?? '', field));
  return { next: (after) => nextTime(sets, after) };
}

function parseField(text: string, field: Field): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) throw malformed(text, field);
    const [, star, first, last, step] = match;
    const from = star ? field.from : numberOf(first, field, text);
    // `5/10` means from 5 on.
    const end = star || (step !== undefined && last === undefined) ? field.to : from;
    const to = last === undefined ? end : numberOf(last, field, text);
    const by = Number(step ?? 1);
    if (by < 1 || from > to) throw malformed(text, field);
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

function numberOf(text = '', field: Field, whole: string): number {
  const named = field.names?.findIndex((name) => text.toLowerCase().startsWith(name)) ?? -1;
  const value = named >= 0 ? named + field.from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.from && value <= field.to)) throw malformed(whole, field);
  return value;
}

function malformed(text: string, { name, from, to }: Field): Error {
  return new Error(`the field "${text}" is no ${name} (${from} to ${to})`);
}

function nextTime(sets: readonly ReadonlySet<number>[], after: Date): Date | undefined {
  const [seconds, minutes, hours, days, months, weekdays] = sets.map((set) => (value: number) => set.has(value));
  if (!seconds || !minutes || !hours || !days || !months || !weekdays) return undefined;
  const time = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
  const lastYear = time.getUTCFullYear() + SEARCHED_YEARS;
  while (time.getUTCFullYear() <= lastYear) {
    // The largest part that does not fit is raised, and what is below it begins anew.
    if (!months(time.getUTCMonth() + 1)) time.setTime(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1));
    else if (!days(time.getUTCDate()) || !weekdays(time.getUTCDay())) advance(time, 24 * 60 * 60);
    else if (!hours(time.getUTCHours())) advance(time, 60 * 60);
    else if (!minutes(time.getUTCMinutes())) advance(time, 60);
    else if (!seconds(time.getUTCSeconds())) advance(time, 1);
    else return time;
  }
  return undefined;
}

/** To the next multiple of a unit of so many seconds; UTC has no shifts. */
function advance(time: Date, unitInSeconds: number): void {
  const unit = unitInSeconds * 1000;
  time.setTime((Math.floor(time.getTime() / unit) + 1) * unit);
}
