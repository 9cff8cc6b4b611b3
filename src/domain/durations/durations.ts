import { z } from 'zod';

/** Seconds that operations took, the newest last: by kind and region, then by what each was about. */
export const durationsSchema = z.record(z.string(), z.record(z.string(), z.array(z.number())));
export type Durations = z.infer<typeof durationsSchema>;

/** What takes time in the same way each time. */
export const operationKindSchema = z.object({
  /** With its region: `build in eastus`. */
  kind: z.string(),
  /** What it was about, e.g. a service: the build of one takes longer than that of another. */
  subject: z.string(),
});
export type OperationKind = z.infer<typeof operationKindSchema>;

export const seenDurationSchema = operationKindSchema.extend({
  seconds: z.number(),
  /** How long it may have been over when that was seen, at most. */
  lateInSeconds: z.number(),
});
export type SeenDuration = z.infer<typeof seenDurationSchema>;

/** Of one subject: enough to see how much they vary, few enough that what has changed counts soon. */
const KEPT = 5;
/** Of one kind; those that nobody has seen for longest go first. */
const KEPT_SUBJECTS = 100;

/** @param what `build`, `execution`, or method and type of a request: `PUT Microsoft.App/containerApps` */
export function operationKind(what: string, location: string, subject: string): OperationKind {
  return { kind: `${what} in ${location}`, subject };
}

/** With what was seen since, in hundredths of a second. */
export function withDurations(durations: Durations, seen: readonly SeenDuration[]): Durations {
  // Names are people's: one may be that of a member which every object has.
  const all = new Map(Object.entries(durations).map(([kind, subjects]) => [kind, new Map(Object.entries(subjects))]));
  for (const { kind, subject, seconds } of seen) {
    const subjects = all.get(kind) ?? new Map<string, number[]>();
    const own = [...(subjects.get(subject) ?? []), Math.round(seconds * 100) / 100].slice(-KEPT);
    subjects.delete(subject);
    all.set(kind, new Map([...[...subjects].slice(1 - KEPT_SUBJECTS), [subject, own]]));
  }
  return Object.fromEntries([...all].map(([kind, subjects]) => [kind, Object.fromEntries(subjects)]));
}

/** What is known of how long it takes: of the same subject; where nothing is, the last of each other one. */
export function durationsOf(durations: Durations, { kind, subject }: OperationKind): readonly number[] {
  const known = new Map(Object.entries(durations[kind] ?? {}));
  return known.get(subject) ?? [...known.values()].flatMap((seconds) => seconds.slice(-1));
}
