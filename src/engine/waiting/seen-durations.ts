import { z } from 'zod';
import {
  durationsOf,
  type OperationKind,
  type SeenDuration,
  seenDurationSchema,
} from '../../domain/durations/durations.ts';
import type { StepMemory } from '../memory.ts';
import { defineRecord } from '../record.ts';
import { latestBy } from './look-schedule.ts';
import { countedTime, type Timekeeper } from './refusal-clock.ts';

/** What this step waited for in this run and saw end; the step's end puts it into the state. */
const seen = defineRecord({ name: 'durations', scope: 'run', schema: z.array(seenDurationSchema) });

export function seenDurations(memory: StepMemory): readonly SeenDuration[] {
  return memory.read(seen) ?? [];
}

/** What a clock counted until now, if it counted what is worth to be remembered; to be called before the clock is ended. */
export async function rememberDuration(timekeeper: Timekeeper, name: string): Promise<void> {
  const counted = countedTime(timekeeper, name);
  if (!counted) return;
  const { of, seconds } = counted;
  const { kind, subject, isAsked, longestPauseInSeconds } = of;
  // Who looks when Azure asks for it is as late as Azure has it.
  const lateInSeconds = isAsked
    ? 0
    : latestBy(seconds, { recorded: recordedOf(timekeeper, of), longestPauseInSeconds });
  const { memory } = timekeeper;
  await memory.write(seen, [...seenDurations(memory), { kind, subject, seconds, lateInSeconds }]);
}

/** How long it took before, as the state tells. */
export function recordedOf({ state }: Timekeeper, of: OperationKind | undefined): readonly number[] {
  return of === undefined ? [] : durationsOf(state?.durations ?? {}, of);
}
