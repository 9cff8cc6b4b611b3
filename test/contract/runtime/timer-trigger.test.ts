import { app, type Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import { serve } from '../../helpers/http/served.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { until } from '../../helpers/wait.ts';

let worker: FunctionsWorker;
const calls: Timer[] = [];

beforeAll(async () => {
  worker = await loadFunctions(() => {
    // biome-ignore lint/correctness/useYield: it ends at once
    df.app.orchestration('sweep', function* () {
      return {};
    });
    app.timer('sweeper', {
      schedule: '%SCHEDULE%',
      runOnStartup: true,
      extraInputs: [df.input.durableClient()],
      handler: async (timer, context) => {
        calls.push(timer);
        await df.getClient(context).startNew('sweep', { instanceId: `sweep-${calls.length}` });
      },
    });
  });
});

describe('a timer trigger with the real library', () => {
  it('starts an orchestration at its times', async () => {
    calls.length = 0;
    let now = Date.parse('2026-01-01T00:30:00Z');
    let wake: (() => void) | undefined;
    const { engine } = await serve(worker, {
      triggers: {
        directory: await tempDirectory(),
        appSettings: { SCHEDULE: '0 0 * * * *' },
        clock: { now: () => new Date(now) },
        sleep: (_time, signal) =>
          new Promise((resolve, reject) => {
            wake = resolve;
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      },
    });
    await until(() => engine.status('sweep-1')?.runtimeStatus === 'Completed' && wake !== undefined);
    now = Date.parse('2026-01-01T01:00:00Z');
    wake?.();
    await until(() => engine.status('sweep-2')?.runtimeStatus === 'Completed');
    expect(calls).toMatchObject([
      { isPastDue: false, schedule: { adjustForDST: true } },
      { isPastDue: false, scheduleStatus: { last: '2026-01-01T00:30:00.000Z', next: '2026-01-01T01:00:00.000Z' } },
    ]);
  });

  it('is refused at the start with a schedule that is none, or no place to keep its times', async () => {
    const directory = await tempDirectory();
    const start = (SCHEDULE: string | undefined, folder: { directory?: string }) =>
      serve(worker, { triggers: { ...folder, appSettings: { SCHEDULE } } });
    await expect(start('0 0 * * *', { directory })).rejects.toMatchObject({ code: 'schedule_invalid' });
    await expect(start(undefined, { directory })).rejects.toMatchObject({ code: 'setting_missing' });
    await expect(start('01:00:00', {})).rejects.toMatchObject({ code: 'directory_missing' });
  });
});
