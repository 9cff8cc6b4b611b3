import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { goneShares } from '../../../src/preflight/gone-shares.ts';
import { currentStorageKey, readStorageKey } from '../../../src/secrets/storage-key.ts';
import { driftOfStorageKey } from '../../../src/secrets/storage-key-drift.ts';
import { withChosenServices } from '../../helpers/chosen-services.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';

const ACCOUNT = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/shopfiles';
const VAULT = 'https://shop-kv.vault.azure.net/';
const URL_OF_KEY = `${VAULT}secrets/STORAGE-ACCOUNT-KEY/v1`;
const config = withChosenServices(deploymentConfig());

function azureWith(key: string): FakeAzure {
  const fake = fakeAzure();
  const keys = [
    { keyName: 'key1', value: key, permissions: 'FULL' },
    { keyName: 'key2', value: 'other', permissions: 'FULL' },
  ];
  fake.answers.listKeys = { keys };
  return fake;
}

function stateWith(resources: EnvironmentState['resources'] = {}): EnvironmentState {
  const done = { status: 'completed', timestamp: '', dependency_hash: '', dependencies: {}, metadata: {} } as const;
  return {
    ...emptyState('default'),
    resources,
    steps: {
      create_key_vault: { ...done, outputs: { vaultUri: VAULT } },
      create_databases: { ...done, outputs: { storageId: ACCOUNT } },
      store_secrets: { ...done, outputs: { 'secret.STORAGE-ACCOUNT-KEY': URL_OF_KEY } },
    },
  };
}

const refusing = (statusCode: number, code: string) => () => {
  throw new AzureError({ code, message: 'no', statusCode });
};

describe('the key of the storage account', () => {
  it('is the first of the two', async () => {
    expect(await readStorageKey(azureWith('k1').azure.arm, ACCOUNT)).toBe('k1');
  });

  it('is missed by name where Azure answers none', async () => {
    const fake = fakeAzure();
    fake.answers.listKeys = { keys: [] };
    await expect(readStorageKey(fake.azure.arm, ACCOUNT)).rejects.toMatchObject({ code: 'azure_answer_incomplete' });
  });

  it('is asked for only where it is used, and is nothing where it may not be read', async () => {
    const fake = azureWith('k1');
    const { azure } = fake;
    const unused = { azure, config: deploymentConfig(), state: stateWith() };
    expect(await currentStorageKey(unused)).toBeUndefined();
    expect(fake.posts).toEqual([]);
    expect(await currentStorageKey({ ...unused, config })).toBe('k1');
    fake.refuse = refusing(403, 'AuthorizationFailed');
    expect(await currentStorageKey({ ...unused, config })).toBeUndefined();
  });

  it('has drifted where the account has another one than the vault, and neither is told', async () => {
    const fake = azureWith('k1');
    const sources = { azure: fake.azure, config, state: stateWith() };
    fake.secrets.set('STORAGE-ACCOUNT-KEY', { name: 'STORAGE-ACCOUNT-KEY', id: URL_OF_KEY, value: 'k1', tags: {} });
    expect(await driftOfStorageKey(sources)).toEqual([]);
    fake.answers.listKeys = { keys: [{ value: 'k2' }] };
    const [drift] = await driftOfStorageKey(sources);
    expect(drift).toMatchObject({ key: 'secret:STORAGE-ACCOUNT-KEY', step: 'store_secrets', repaired: true });
    expect(JSON.stringify(drift)).not.toMatch(/k1|k2/);
    // Another version is told as that of any secret.
    fake.secrets.set('STORAGE-ACCOUNT-KEY', {
      name: 'STORAGE-ACCOUNT-KEY',
      id: URL_OF_KEY.replace('v1', 'v2'),
      value: 'k1',
      tags: {},
    });
    expect(await driftOfStorageKey(sources)).toEqual([]);
  });
});

describe('a share that was made and is gone', () => {
  const type = 'Microsoft.Storage/storageAccounts/fileServices/shares';
  const share = (name: string) => ({
    [`storage:share:${name}`]: {
      ...{ id: `${ACCOUNT}/fileServices/default/shares/${name}`, type, step: 'create_databases' as const },
      ...{ holds_data: true, immutable: {} },
    },
  });
  const sources = (fake: FakeAzure) => ({
    ...{ azure: fake.azure, config, source: undefined },
    secrets: { literal: () => undefined, environment: () => undefined },
    // The file does not have the other one any more.
    state: stateWith({ ...share('media'), ...share('former') }),
  });

  it('is told by name, if the file still has it', async () => {
    const fake = fakeAzure();
    expect(await goneShares(sources(fake))).toEqual([
      expect.stringContaining('the file share media of shopfiles is gone'),
    ]);
    fake.answers['fileServices/default/shares'] = [{ id: `${ACCOUNT}/fileServices/default/shares/MEDIA` }];
    expect(await goneShares(sources(fake))).toEqual([]);
  });

  it('is not told where nobody may look, or the account is gone as well', async () => {
    const fake = fakeAzure();
    for (const status of [403, 404]) {
      fake.refuse = refusing(status, 'x');
      expect(await goneShares(sources(fake))).toEqual([]);
    }
  });
});
