import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_RELEASE } from '../../../src/domain/config/release-defaults.ts';
import { prepareRollback } from '../../../src/runs/prepare-rollback.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../../src/state/file/state-store.ts';
import type { EnvironmentStores } from '../../../src/state/ports.ts';
import { keptState, restoreState } from '../../../src/state/restore.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const [OLDER, NEWER] = ['default-01M8434Z00VB7SSV72CDKWWDXX', 'default-01M8434Z00VB7SSV72CDKWWDXY'] as const;
const [THEN, NOW] = ['a'.repeat(64), 'b'.repeat(64)] as const;

/** Two kept runs as the first versions left them, of one service each. */
async function storesOfThen(): Promise<EnvironmentStores> {
  const directory = await tempDirectory();
  const put = async (document: object, ...path: string[]): Promise<void> => {
    const file = join(directory, ...path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(document));
  };
  const config = await fixture('config-before-releases');
  const { services } = config as { services: { application: { key: string }[] } };
  const plain = services.application.filter(({ key }) => key === 'api_gateway').map((one) => ({ ...one, env: {} }));
  const kept = await fixture('history-before-revisions');
  for (const [digest, maxReplicas] of [
    [THEN, 2],
    [NOW, 3],
  ] as const) {
    const application = plain.map((one) => ({ ...one, maxReplicas }));
    await put({ ...config, services: { ...services, application } }, 'configs', `${digest}.json`);
  }
  await put({ ...kept, runId: OLDER, configDigest: THEN }, 'history', `${OLDER}.json`);
  await put({ ...kept, runId: NEWER, configDigest: NOW }, 'history', `${NEWER}.json`);
  await put((kept as { state: object }).state, 'state.json');
  return {
    state: openFileStateStore({ path: join(directory, 'state.json'), environment: 'default', directory }),
    runs: openFileRunStore({ directory }),
  };
}

async function fixture(name: string): Promise<object> {
  return JSON.parse(await readFile(new URL(`../../fixtures/stored/${name}.json`, import.meta.url), 'utf8'));
}

it('a rollback to a run from before releases deploys with what releases are by default', async () => {
  const stores = await storesOfThen();
  const { to, config, configDigest } = await prepareRollback(stores, undefined);
  expect(to.runId).toBe(OLDER);
  expect(config.release).toEqual(DEFAULT_RELEASE);
  expect(await stores.runs.config(configDigest)).toEqual(config);
});

it('a state that is restored from a kept run of an earlier form is whole', async () => {
  const { state } = await storesOfThen();
  await restoreState(state, await keptState(state, OLDER));
  const { value, warnings } = await state.read();
  expect(warnings).toEqual([]);
  expect(value).toMatchObject({ resource_group: 'draftgenie-example-rg', queue: [], lock: null });
  expect(value.steps.create_resource_group).toMatchObject({ status: 'completed', outputs: {}, metadata: {} });
});
