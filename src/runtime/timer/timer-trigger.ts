import { UserError } from '../../shared/errors.ts';
import { parseNcrontab, type Schedule } from '../../shared/ncrontab.ts';
import { type AppSettings, resolveSettings } from '../app-settings.ts';
import { Trigger, triggerOf } from '../bindings.ts';
import type { RegisteredFunction } from '../core-api.ts';
import { parseTimeSpan } from './time-span.ts';

export interface TimerTrigger {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Whether the status is kept, so that a time missed while nothing ran is made up for. */
  readonly useMonitor: boolean;
}

/**
 * The timer triggers among the functions.
 * @throws UserError `schedule_invalid`, or `setting_missing` for a schedule `%NAME%` without that setting.
 */
export function timerTriggers(
  functions: readonly RegisteredFunction[],
  settings: AppSettings,
): readonly TimerTrigger[] {
  return functions.flatMap(({ metadata }) => {
    const trigger = triggerOf(metadata);
    if (trigger?.binding.type !== Trigger.timer) return [];
    const { schedule, runOnStartup, useMonitor } = trigger.binding;
    const text = resolveSettings(String(schedule), settings, metadata.name);
    return [
      {
        functionName: metadata.name,
        schedule: parseSchedule(text, metadata.name),
        runOnStartup: runOnStartup === true,
        useMonitor: useMonitor !== false,
      },
    ];
  });
}

/** An NCRONTAB expression, or the time from one run to the next. */
function parseSchedule(text: string, functionName: string): Schedule {
  const interval = parseTimeSpan(text);
  if (interval !== undefined && interval > 0) return { next: (after) => new Date(after.getTime() + interval) };
  try {
    return parseNcrontab(text);
  } catch (cause) {
    throw new UserError(
      `The schedule "${text}" of the timer ${functionName} is invalid: ${(cause as Error).message}.`,
      {
        code: 'schedule_invalid',
        hint: 'Six fields {second} {minute} {hour} {day} {month} {day-of-week}, or a time span hh:mm:ss.',
        cause,
      },
    );
  }
}
