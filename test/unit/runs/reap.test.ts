import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { reap } from '../../../src/runs/reap.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

async function start(test: TestApp, environment: string): Promise<string> {
  const headers = { 'content-type': 'application/yaml' };
  const { body } = await test.call('startDeployment', {
    params: { environment },
    headers,
    body: await startableConfig(),
  });
  return (body as RunView).runId;
}

describe('the reaper', () => {
  it('closes runs whose orchestration is gone, and no others', async () => {
    const test = await openTestApp();
    const gone = await start(test, 'staging');
    const alive = await start(test, 'production');
    test.engine.alive.delete(gone);
    await reap(test.app, test.engine);
    expect((await test.storage.environment('staging').runs.summary(gone))?.status).toBe('running');
    test.advance(121);
    await reap(test.app, test.engine);
    expect((await test.storage.environment('staging').runs.summary(gone))?.status).toBe('failed');
    expect((await test.storage.environment('staging').state.read()).value.lock).toBeNull();
    expect((await test.storage.environment('production').runs.summary(alive))?.status).toBe('running');
  });

  it('leaves runs of other engines alone', async () => {
    const test = await openTestApp();
    const runId = await start(test, 'staging');
    test.engine.alive.delete(runId);
    test.advance(3600);
    await reap({ ...test.app, engine: 'local:laptop' }, test.engine);
    expect((await test.storage.environment('staging').runs.summary(runId))?.status).toBe('running');
  });

  it('forgets histories that are older than the setting', async () => {
    const test = await openTestApp({ historyInDays: 7 });
    await reap(test.app, test.engine);
    expect(test.engine.purged).toEqual([new Date('2025-12-25T00:00:00Z')]);
  });
});
