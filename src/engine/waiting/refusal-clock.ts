import { z } from 'zod';
import { operationKindSchema } from '../../domain/durations/durations.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { Clock } from '../../shared/clock.ts';
import type { StepMemory } from '../memory.ts';
import { defineRecords } from '../record.ts';

/** Whose memory keeps the time, and by which clock. */
export interface Timekeeper {
  readonly memory: StepMemory;
  readonly clock: Clock;
  /** Of a run in its environment, which tell whether a grant is fresh, and how long things take; where they are not given nothing is known. */
  readonly runId?: string;
  readonly state?: EnvironmentState;
}

/** What takes its time in the same way each time, and how it is looked at. */
const awaitedSchema = operationKindSchema.extend({
  /** Azure itself asks for when. */
  isAsked: z.boolean(),
  longestPauseInSeconds: z.number().exactOptional(),
});
type Awaited = z.infer<typeof awaitedSchema>;

/**
 * Since when something has been refused or not ready in this run. Used by `untilReady` and `withPatience` alone, which end it
 * with the first success: nobody else may have to think of that.
 */
const clocks = defineRecords({
  name: 'patience',
  scope: 'run',
  schema: z.object({
    /** ISO 8601. */
    since: z.string(),
    /** The longest that Azure itself asked to wait. */
    askedInSeconds: z.number().optional(),
    /** What is waited for, where how long it takes is worth to be remembered. */
    of: awaitedSchema.exactOptional(),
  }),
});

/** 0 when it has not begun. */
export function secondsSinceFirst({ memory, clock }: Timekeeper, name: string): number {
  const since = memory.read(clocks, name)?.since;
  return since === undefined ? 0 : (clock.now().getTime() - Date.parse(since)) / 1000;
}

/** What it counts the time of, and how much that is; undefined when it has not begun, or there is nothing to remember. */
export function countedTime(
  timekeeper: Timekeeper,
  name: string,
): { readonly of: Awaited; readonly seconds: number } | undefined {
  const of = timekeeper.memory.read(clocks, name)?.of;
  return of && { of, seconds: secondsSinceFirst(timekeeper, name) };
}

/** @returns the longest time that Azure has asked for since it began */
export async function startClock(
  { memory, clock }: Timekeeper,
  name: string,
  askedInSeconds?: number,
  of?: Awaited,
): Promise<number> {
  const before = memory.read(clocks, name);
  const longest = Math.max(before?.askedInSeconds ?? 0, askedInSeconds ?? 0);
  if (!before || longest > (before.askedInSeconds ?? 0)) {
    const since = before?.since ?? clock.now().toISOString();
    const begun = { since, ...(longest > 0 && { askedInSeconds: longest }), ...(of && { of }) };
    await memory.write(clocks, begun, name);
  }
  return longest;
}

export function endClock({ memory }: Timekeeper, name: string): Promise<void> {
  return memory.delete(clocks, name);
}
