import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createScheduleStore } from '../../../../src/runtime/timer/schedule-store.ts';
import { runTimer } from '../../../../src/runtime/timer/timer-listener.ts';
import type { TimerTrigger } from '../../../../src/runtime/timer/timer-trigger.ts';
import { parseNcrontab } from '../../../../src/shared/ncrontab.ts';
import { tempDirectory } from '../../../helpers/temp.ts';
import { until } from '../../../helpers/wait.ts';

const HOURLY: TimerTrigger = {
  functionName: 'hourly',
  schedule: parseNcrontab('0 0 * * * *'),
  runOnStartup: false,
  useMonitor: true,
};

/** A clock whose sleepers wake when it is set past their time. */
function fakeTime(start: string) {
  let now = Date.parse(start);
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    clock: { now: () => new Date(now) },
    sleepers,
    sleep: (timeInMs: number, signal: AbortSignal) =>
      new Promise<void>((wake, reject) => {
        sleepers.push({ at: now + timeInMs, wake });
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    set(time: string) {
      now = Date.parse(time);
      for (const sleeper of sleepers.splice(0)) {
        if (sleeper.at <= now) sleeper.wake();
        else sleepers.push(sleeper);
      }
    },
  };
}

interface Info {
  readonly IsPastDue: boolean;
  readonly ScheduleStatus: { readonly Last: string; readonly Next: string } | null;
}

async function start(timer: TimerTrigger, at: string, directory: string, behaviour: () => unknown = () => undefined) {
  const time = fakeTime(at);
  const calls: Info[] = [];
  const log: string[] = [];
  const stopping = new AbortController();
  const running = runTimer(
    timer,
    {
      store: createScheduleStore(join(directory, 'timers.json')),
      call: async (_name, { trigger }) => {
        calls.push(JSON.parse(trigger.json ?? '') as Info);
        await behaviour();
      },
      clock: time.clock,
      sleep: time.sleep,
      logger: { log: (_level, message) => log.push(message) },
    },
    stopping.signal,
  );
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  onTestFinished(stop);
  await until(() => time.sleepers.length > 0 || calls.length > 0);
  return { time, calls, log, stop };
}

describe('a timer', () => {
  it('calls its function at its times', async () => {
    const { time, calls } = await start(HOURLY, '2026-01-01T00:30:00Z', await tempDirectory());
    time.set('2026-01-01T00:59:59Z');
    await turn();
    expect(calls).toEqual([]);
    time.set('2026-01-01T01:00:00Z');
    await until(() => calls.length === 1 && time.sleepers.length === 1);
    time.set('2026-01-01T02:00:00Z');
    await until(() => calls.length === 2);
    expect(calls[1]).toMatchObject({
      IsPastDue: false,
      ScheduleStatus: { Last: '2026-01-01T01:00:00.000Z', Next: '2026-01-01T02:00:00.000Z' },
    });
  });

  it('runs at the start when told to', async () => {
    const timer = { ...HOURLY, runOnStartup: true };
    const { calls } = await start(timer, '2026-01-01T00:30:00Z', await tempDirectory());
    await until(() => calls.length === 1);
    expect(calls[0]?.IsPastDue).toBe(false);
  });

  it('makes up for a time that was missed while nothing ran, once, and says so', async () => {
    const directory = await tempDirectory();
    const before = await start(HOURLY, '2026-01-01T00:30:00Z', directory);
    await before.stop();
    expect(before.calls).toEqual([]);
    const after = await start(HOURLY, '2026-01-01T05:30:00Z', directory);
    await until(() => after.time.sleepers.length === 1);
    expect(after.calls).toMatchObject([{ IsPastDue: true, ScheduleStatus: { Next: '2026-01-01T01:00:00.000Z' } }]);
    await after.stop();
    const again = await start(HOURLY, '2026-01-01T05:40:00Z', directory);
    expect(again.calls).toEqual([]);
  });

  it('makes up for nothing when it is not monitored', async () => {
    const directory = await tempDirectory();
    const timer = { ...HOURLY, useMonitor: false };
    await (await start(timer, '2026-01-01T00:30:00Z', directory)).stop();
    const { calls, time } = await start(timer, '2026-01-01T05:30:00Z', directory);
    expect(calls).toEqual([]);
    time.set('2026-01-01T06:00:00Z');
    await until(() => calls.length === 1);
    expect(calls[0]?.ScheduleStatus).toBeNull();
  });

  it('goes on after a failure', async () => {
    const { time, calls, log } = await start(HOURLY, '2026-01-01T00:30:00Z', await tempDirectory(), () => {
      throw new Error('no luck');
    });
    time.set('2026-01-01T01:00:00Z');
    await until(() => time.sleepers.length === 1 && calls.length === 1);
    time.set('2026-01-01T02:00:00Z');
    await until(() => calls.length === 2);
    expect(log[0]).toContain('no luck');
  });

  it('leaves out the times that come while its function runs', async () => {
    let open = (): void => undefined;
    const { time, calls } = await start(HOURLY, '2026-01-01T00:30:00Z', await tempDirectory(), () => {
      return new Promise<void>((resolve) => (open = resolve));
    });
    time.set('2026-01-01T01:00:00Z');
    await until(() => calls.length === 1);
    time.set('2026-01-01T04:30:00Z');
    open();
    await until(() => time.sleepers.length === 1);
    expect([calls.length, new Date(time.sleepers[0]?.at ?? 0).toISOString()]).toEqual([1, '2026-01-01T05:00:00.000Z']);
  });

  it('counts a damaged file of times as none', async () => {
    const directory = await tempDirectory();
    await writeFile(join(directory, 'timers.json'), '{"hourly": {"Next": "never"');
    const { calls } = await start(HOURLY, '2026-01-01T05:30:00Z', directory);
    expect(calls).toEqual([]);
  });
});
