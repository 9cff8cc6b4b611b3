/** Least and greatest value of each field: minute, hour, day of the month, month, day of the week. */
const FIELDS: readonly (readonly [name: string, least: number, most: number])[] = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of the month', 1, 31],
  ['month', 1, 12],
  ['day of the week', 0, 6],
];

/**
 * Why a text is no cron expression of five fields, as jobs are scheduled by
 * (https://learn.microsoft.com/azure/container-apps/jobs#scheduled-jobs): numbers, `*`, ranges, lists and steps. Names of days and
 * months, and the short forms of some clocks (`@daily`), are not documented there and are refused.
 */
export function cronProblem(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    return `has ${fields.length} fields; expected: minute, hour, day of the month, month, day of the week`;
  for (const [index, field] of fields.entries()) {
    const [name, least, most] = FIELDS[index] ?? ['', 0, 0];
    if (!field.split(',').every((part) => isPart(part, least, most)))
      return `has ${JSON.stringify(field)} as the ${name}; allowed: *, ${least} to ${most}, ranges, lists and steps`;
  }
  return undefined;
}

function isPart(part: string, least: number, most: number): boolean {
  const [, range = '', from, to, step] = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
  if (range === '' || (step !== undefined && Number(step) < 1)) return false;
  if (range === '*') return true;
  const [first, last] = [Number(from), Number(to ?? from)];
  return first >= least && last <= most && first <= last;
}
