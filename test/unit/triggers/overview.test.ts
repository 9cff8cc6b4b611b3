import { expect, it } from 'vitest';
import type { z } from 'zod';
import { overviewSchema } from '../../../src/domain/api/overview.ts';
import { UserError } from '../../../src/shared/errors.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';

type Overview = z.infer<typeof overviewSchema>;

async function deployedTo({ storage }: TestApp, ...environments: readonly string[]): Promise<void> {
  for (const name of environments) {
    const { state } = storage.environment(name);
    await updateState(state, (current) => ({ ...current, resource_group: `${name}-rg` }));
  }
}

async function overview({ call }: TestApp, options: { readonly query?: string; readonly key?: string } = {}) {
  const { query = '', key = 'k' } = options;
  const { status, body } = await call('showOverview', { query, headers: { 'x-functions-key': key } });
  expect([status, body]).toMatchObject([200, {}]);
  return overviewSchema.parse(body) as Overview;
}

const names = ({ environments }: Overview): readonly string[] => environments.map(({ environment }) => environment);

it('the overview has each environment with its newest run, as it is now', async () => {
  const test = await openTestApp();
  await deployedTo(test, 'staging');
  const started = await test.call('startDeployment', {
    params: { environment: 'production' },
    headers: { 'content-type': 'application/yaml' },
    body: await startableConfig(),
  });
  const { runId } = started.body as { runId: string };
  const { environments } = await overview(test);
  expect(environments).toMatchObject([
    { environment: 'production', newestRun: { runId, status: 'running', finishedAt: null }, monthlyCost: null },
    { environment: 'staging', newestRun: null, state: { resources: 0, lock: null } },
  ]);
});

it('the overview comes in pages, and has what the key opens', async () => {
  const test = await openTestApp();
  await deployedTo(test, 'a', 'b', 'c');
  const first = await overview(test, { query: 'limit=2' });
  expect([names(first), first.next]).toEqual([['a', 'b'], 'b']);
  const second = await overview(test, { query: 'limit=2&after=b' });
  expect([names(second), second.next]).toEqual([['c'], null]);
  expect(names(await overview(test, { key: 'draftgenie.read.b.ann.x' }))).toEqual(['b']);
  expect(await test.call('showOverview', { query: 'after=B' })).toMatchObject({ status: 400 });
});

it('an environment whose state cannot be read says so, and hides none of the others', async () => {
  const storage = fileStorage(await tempDirectory(), { now: () => new Date(0) });
  const broken = new UserError('The state is damaged.', { code: 'state_corrupt', hint: 'Restore it.' });
  const environment: typeof storage.environment = (name) => {
    const stores = storage.environment(name);
    if (name !== 'bad') return stores;
    return {
      ...stores,
      state: Object.assign(Object.create(stores.state), { read: async () => Promise.reject(broken) }),
    };
  };
  const test = await openTestApp({ storage: { ...storage, environments: async () => ['bad', 'good'], environment } });
  const { environments } = await overview(test);
  expect(environments).toMatchObject([
    { environment: 'bad', state: null, trouble: { code: 'state_corrupt', detail: 'The state is damaged.' } },
    { environment: 'good', trouble: null },
  ]);
});
