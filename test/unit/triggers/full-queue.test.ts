import { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { LIMITS } from '../../../src/shared/limits.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { configUploaded } from '../../../src/triggers/config-upload.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const WAKE_BY = '2999-01-01T00:00:00Z';

/** An environment that is locked, and for which so many wait. */
async function busyApp(waiting: number): Promise<TestApp> {
  const test = await openTestApp();
  const { state } = test.storage.environment('staging');
  await acquireLock(state, { runId: 'other', holder: 'h', engine: 'e', step: null, wakeBy: WAKE_BY });
  const queue = Array.from({ length: waiting }, (_, index) => {
    return { runId: `waiting-${index}`, trigger: 'http', since: 't', wakeBy: WAKE_BY };
  });
  await updateState(state, (before) => ({ ...before, queue }));
  return test;
}

async function start(test: TestApp) {
  return await test.call('startDeployment', {
    params: { environment: 'staging' },
    headers: { 'content-type': 'application/yaml' },
    query: 'onBusy=wait',
    body: await startableConfig(),
  });
}

describe('the queue of an environment', () => {
  it('takes as many as may wait, and refuses the next, of which nothing is written', async () => {
    const most = LIMITS.waitingRuns.value;
    const test = await busyApp(most - 1);
    const last = await start(test);
    expect(last).toMatchObject({ status: 202, body: { status: 'queued', place: most } });
    const refused = await start(test);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' }, body: { code: 'queue_full' } });
    expect((refused.body as { detail: string }).detail).toBe(
      `${most} runs wait for the environment already, which is as many as may.`,
    );
    const { runs, state } = test.storage.environment('staging');
    expect((await runs.runs({ limit: 10 })).map(({ runId }) => runId)).toEqual([(last.body as RunView).runId]);
    expect((await state.read()).value.queue).toHaveLength(most);
  });

  it('that is full is told of an upload by a run that failed', async () => {
    const test = await busyApp(LIMITS.waitingRuns.value);
    const context = new InvocationContext({
      triggerMetadata: { name: 'staging', uri: 'https://a/c/staging.yaml', properties: { eTag: '1' } },
    });
    await configUploaded(test.app, () => test.engine)(Buffer.from(await startableConfig()), context);
    const [run] = await test.storage.environment('staging').runs.runs({ limit: 1 });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'queue_full' } });
  });
});
