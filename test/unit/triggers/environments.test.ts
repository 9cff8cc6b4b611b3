import { describe, expect, it } from 'vitest';
import { marked } from '../../../src/domain/expiry/expiry.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';

const params = { environment: 'staging' };

async function deployed(): Promise<TestApp> {
  const test = await openTestApp();
  const { state } = test.storage.environment('staging');
  await updateState(state, (current) => ({ ...current, resource_group: 'staging-rg' }));
  await acquireLock(state, {
    runId: 'staging-01M8434Z00VB7SSV72CDKWWDXY',
    holder: 'me',
    engine: 'local:1',
    step: null,
    wakeBy: '2026-01-01T01:00:00Z',
  });
  return test;
}

async function stateOf({ storage }: TestApp) {
  return (await storage.environment('staging').state.read()).value;
}

describe.each(['resetState', 'breakLock'] as const)('%s', (route) => {
  it.each(['', 'confirm=', 'confirm=production', 'confirm=true', 'confirm=Staging'])(
    'does nothing without the name of the environment: %s',
    async (query) => {
      const test = await deployed();
      const before = await stateOf(test);
      expect((await test.call(route, { params, query })).status).toBe(400);
      expect(await stateOf(test)).toEqual(before);
    },
  );
});

describe('with its name', () => {
  it('the lock is broken, its fence is void, and its holder is named', async () => {
    const test = await deployed();
    const { status, body } = await test.call('breakLock', { params, query: 'confirm=staging' });
    expect([status, body]).toMatchObject([200, { lock: { runId: 'staging-01M8434Z00VB7SSV72CDKWWDXY' } }]);
    expect(await stateOf(test)).toMatchObject({ lock: null, fence: 2, resource_group: 'staging-rg' });
  });

  it('the lock of the run that is meant is broken, and that of one which took it meanwhile is not', async () => {
    const test = await deployed();
    const before = await stateOf(test);
    const other = 'confirm=staging&run=staging-01M8434Z00VB7SSV72CDKWWDXZ';
    const refused = await test.call('breakLock', { params, query: other });
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'state_locked' }]);
    expect(await stateOf(test)).toEqual(before);
    const { status } = await test.call('breakLock', { params, query: other.replace(/Z$/, 'Y') });
    expect([status, (await stateOf(test)).lock]).toEqual([200, null]);
  });
});

describe('an environment that ends', () => {
  it('tells when, who said so, and from what it is made; it is deleted before that only by who confirms it', async () => {
    const test = await deployed();
    const { state } = test.storage.environment('staging');
    await updateState(state, (current) => ({
      ...marked(current, { expires: '72h', from: 'qa', by: 'ann' }, state.now()),
      steps: { create_key_vault: { status: 'completed', timestamp: '', dependency_hash: null } as never },
    }));
    const shown = await test.call('showEnvironment', { params });
    expect(shown.body).toMatchObject({
      from: 'qa',
      expires: { at: '2026-01-04T00:00:00.000Z', by: 'ann', phase: 'ahead' },
    });
    const headers = { 'content-type': 'application/json' };
    const early = await test.call('destroyEnvironment', { params, headers, body: '{"expired":true}' });
    expect([early.status, early.body]).toMatchObject([409, { code: 'not_expired' }]);
    expect(test.engine.started).toEqual([]);
  });
});

describe('what was left behind', () => {
  it('is told with the environment, and let go by its name', async () => {
    const test = await deployed();
    const { state } = test.storage.environment('staging');
    const old = { id: '/x/old', type: 't', step: 'create_databases' as const, holds_data: true, immutable: {} };
    await updateState(state, (current) => ({ ...current, left_behind: { 'db@old': { ...old, key: 'db' } } }));
    const shown = await test.call('showEnvironment', { params });
    expect(shown.body).toMatchObject({ leftBehind: [{ name: 'db@old', id: '/x/old', holdsData: true, below: [] }] });
    const unknown = await test.call('forgetResource', { params: { ...params, resource: 'db' } });
    expect([unknown.status, unknown.body]).toMatchObject([404, { code: 'not_left_behind' }]);
    const { status, body } = await test.call('forgetResource', { params: { ...params, resource: 'db@old' } });
    expect([status, body]).toEqual([200, { forgotten: 'db@old' }]);
    expect((await stateOf(test)).left_behind).toEqual({});
  });
});
