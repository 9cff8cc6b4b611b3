import { z } from 'zod';

/** One line that a container wrote, or that the platform said of it. */
export const logLineSchema = z.object({
  source: z.enum(['console', 'system']),
  /** As Azure says it, ISO 8601. */
  time: z.string(),
  revision: z.string(),
  /** Empty where the platform speaks of the whole revision. */
  replica: z.string(),
  /** Empty for what the platform says. */
  container: z.string(),
  /** `stdout`, `stderr`; null: it is not told. */
  stream: z.string().nullable(),
  /** Of what the platform says, e.g. `ProbeFailed`; null for a container's own lines. */
  reason: z.string().nullable(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Times of one form, so that their order is that of their text: streams tell an offset and nanoseconds, tables a `Z` and less. */
export function comparableTime(time: string): string {
  const [, base, fraction = '', zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/.exec(time) ?? [];
  if (base === undefined) return time;
  const at = Date.parse(`${base}${zone ?? 'Z'}`);
  return Number.isNaN(at) ? time : `${new Date(at).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0').slice(0, 9)}Z`;
}

/** The oldest first; those of one time stay as they came. */
export function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  return lines
    .map((line) => ({ line, at: comparableTime(line.time) }))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .map(({ line }) => line);
}
