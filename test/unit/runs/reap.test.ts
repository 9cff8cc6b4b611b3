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

  it('goes on with the other environments, and with histories, where one cannot be looked at; and tells that at the end', async () => {
    const logged: string[] = [];
    const test = await openTestApp({ logger: { log: (_, message) => void logged.push(message) } });
    for (const name of ['a', 'b']) await start(test, name);
    const gone = test.engine.started[1] ?? '';
    test.engine.alive.delete(gone);
    test.advance(121);
    const broken = () => Promise.reject(new TypeError('a bug'));
    const stores = (name: string) => {
      const found = test.storage.environment(name);
      return name === 'a' ? { ...found, runs: { ...found.runs, runs: broken } } : found;
    };
    await expect(reap({ ...test.app, stores }, test.engine)).rejects.toThrow('a bug');
    expect((await test.storage.environment('b').runs.summary(gone))?.status).toBe('failed');
    expect(test.engine.purged).toHaveLength(1);
    expect(logged).toContain('a has runs that cannot be looked at: TypeError: a bug');
  });

  it('forgets histories that are older than the setting', async () => {
    const test = await openTestApp({ historyInDays: 7 });
    await reap(test.app, test.engine);
    expect(test.engine.purged).toEqual([new Date('2025-12-25T00:00:00Z')]);
  });
});
