import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Invocation } from '../invocation.ts';
import type { ScheduleStore } from './schedule-store.ts';
import type { TimerTrigger } from './timer-trigger.ts';

export interface TimerListenerOptions {
  readonly store: ScheduleStore;
  /** Calls the function, with its time limit. */
  readonly call: (functionName: string, invocation: Pick<Invocation, 'trigger'>) => Promise<unknown>;
  readonly clock: Clock;
  /** Ends early, with the signal's reason, when that is aborted. */
  readonly sleep?: (timeInMs: number, signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

/** What the host says of a timer that never ran: default(DateTime). */
const NEVER = '0001-01-01T00:00:00Z';

/** setTimeout takes at most 2^31-1 ms, so a longer wait is continued after a day. */
const LONGEST_SLEEP_IN_MS = 24 * 60 * 60 * 1000;

/**
 * Calls one function at its times until the signal is aborted, never twice at once: a time that comes while the function runs
 * is left out. A failure is logged; the next time comes as planned.
 */
export async function runTimer(timer: TimerTrigger, options: TimerListenerOptions, signal: AbortSignal): Promise<void> {
  const { clock, store, logger, sleep = defaultSleep } = options;
  const { functionName, schedule } = timer;
  const known = timer.useMonitor ? await store.read(functionName) : undefined;
  const isPastDue = known !== undefined && Date.parse(known.Next) <= clock.now().getTime();
  // The schedule may have changed since the status was kept: the earlier time counts.
  let due = schedule.next(clock.now());
  if (known && due && Date.parse(known.Next) < due.getTime()) due = new Date(known.Next);
  let last = known?.Last;
  if (isPastDue || timer.runOnStartup) await run(isPastDue);
  else await save();
  while (due && !signal.aborted) {
    const remaining = due.getTime() - clock.now().getTime();
    if (remaining <= 0) await run(false);
    else await sleep(Math.min(remaining, LONGEST_SLEEP_IN_MS), signal).catch(ignoreAbort);
  }

  async function run(pastDue: boolean): Promise<void> {
    const status = { Last: last ?? NEVER, Next: (due ?? clock.now()).toISOString() };
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: timer.useMonitor ? { ...status, LastUpdated: clock.now().toISOString() } : null,
      IsPastDue: pastDue,
    };
    try {
      await options.call(functionName, { trigger: { json: JSON.stringify(info) } });
    } catch (error) {
      logger.log(
        'error',
        `the timer ${functionName} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    last = clock.now().toISOString();
    due = schedule.next(clock.now());
    await save();
  }

  async function save(): Promise<void> {
    if (!timer.useMonitor || !due) return;
    const lastUpdated = clock.now().toISOString();
    await store.write(functionName, { Last: last ?? NEVER, Next: due.toISOString(), LastUpdated: lastUpdated });
  }

  function ignoreAbort(error: unknown): void {
    if (!signal.aborted) throw error;
  }
}

async function defaultSleep(timeInMs: number, signal: AbortSignal): Promise<void> {
  await sleepFor(timeInMs, undefined, { signal });
}
