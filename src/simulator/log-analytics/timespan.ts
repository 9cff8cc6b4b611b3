import type { Table } from './kql/run-query.ts';

/** Milliseconds since 1970, both included. */
interface Timespan {
  readonly from: number;
  readonly to: number;
}

/**
 * A period until now, two moments, or a moment and a period, by ISO 8601:
 * https://learn.microsoft.com/rest/api/loganalytics/query/execute. Undefined for anything else.
 */
export function parseTimespan(text: string, now: number): Timespan | undefined {
  const [first = '', second] = text.split('/');
  if (second === undefined) {
    const period = periodOf(first);
    return period === undefined ? undefined : { from: now - period, to: now };
  }
  const [from, to] = [boundary(first), boundary(second)];
  const [before, after] = [periodOf(first), periodOf(second)];
  if (from !== undefined && to !== undefined) return { from, to };
  if (from !== undefined && after !== undefined) return { from, to: from + after };
  return before !== undefined && to !== undefined ? { from: to - before, to } : undefined;
}

function boundary(text: string): number | undefined {
  const moment = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

function periodOf(text: string): number | undefined {
  const match = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match) return undefined;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** The records of a time, by `TimeGenerated`. */
export function inTimespan({ columns, rows }: Table, { from, to }: Timespan): Table {
  const index = columns.findIndex(({ name }) => name === 'TimeGenerated');
  return { columns, rows: rows.filter((row) => Number(row[index]) >= from && Number(row[index]) <= to) };
}
