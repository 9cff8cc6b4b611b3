import { z } from 'zod';
import type { EnvironmentState } from '../../domain/state.ts';
import type { Clock } from '../../shared/clock.ts';
import type { StepMemory } from '../memory.ts';
import { defineRecords } from '../record.ts';

/** Whose memory keeps the time, and by which clock. */
export interface Timekeeper {
  readonly memory: StepMemory;
  readonly clock: Clock;
  /** Of a run in its environment, which tell whether a grant is fresh; where they are not given none is. */
  readonly runId?: string;
  readonly state?: EnvironmentState;
}

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
  }),
});

/** 0 when it has not begun. */
export function secondsSinceFirst({ memory, clock }: Timekeeper, name: string): number {
  const since = memory.read(clocks, name)?.since;
  return since === undefined ? 0 : (clock.now().getTime() - Date.parse(since)) / 1000;
}

/** @returns the longest time that Azure has asked for since it began */
export async function startClock(
  { memory, clock }: Timekeeper,
  name: string,
  askedInSeconds?: number,
): Promise<number> {
  const before = memory.read(clocks, name);
  const longest = Math.max(before?.askedInSeconds ?? 0, askedInSeconds ?? 0);
  if (!before || longest > (before.askedInSeconds ?? 0)) {
    const since = before?.since ?? clock.now().toISOString();
    await memory.write(clocks, { since, ...(longest > 0 && { askedInSeconds: longest }) }, name);
  }
  return longest;
}

export function endClock({ memory }: Timekeeper, name: string): Promise<void> {
  return memory.delete(clocks, name);
}
