const MINUTE_IN_MS = 60_000;
const UNITS = { m: MINUTE_IN_MS, h: 60 * MINUTE_IN_MS, d: 24 * 60 * MINUTE_IN_MS } as const;
type Unit = keyof typeof UNITS;

const SHORTEST_IN_MS = 5 * UNITS.m;
const LONGEST_IN_MS = 90 * UNITS.d;

/** Takes the mark away: the environment stays. */
export const NEVER = 'never';

/** What `--expires` may say, for people. */
export const EXPIRES_RULE =
  'minutes, hours or days from now, such as 30m, 72h or 7d, of at least 5m and at most 90d; or never';

/** Milliseconds of `30m`, `72h` or `7d`; undefined for anything else, and for what is too short or too long. */
export function durationInMs(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9]\d{0,6})([mhd])$/.exec(text) ?? [];
  if (unit === '') return undefined;
  const duration = Number(count) * UNITS[unit as Unit];
  return duration >= SHORTEST_IN_MS && duration <= LONGEST_IN_MS ? duration : undefined;
}

/** Whether `--expires` may say it. */
export function isExpiresValue(text: string): boolean {
  return text === NEVER || durationInMs(text) !== undefined;
}

/** `2 d 3 h`, `3 h 05 min`, `12 min`; never negative. */
export function timeLeft(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / MINUTE_IN_MS));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${String(rest).padStart(2, '0')} min` : `${rest} min`;
}
