import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { ArmResource } from '../../../../src/azure/ports.ts';
import type { StepResource } from '../../../../src/domain/desired.ts';
import { foreignChildren } from '../../../../src/planning/foreign/foreign-children.ts';
import { STORAGE_ACCOUNT } from '../../../../src/resources/storage/account.ts';

const ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/files';
const ACCOUNT: StepResource = {
  ...{ key: 'storage', title: 'storage account files', step: 'create_databases', id: ID, body: {} },
  kind: STORAGE_ACCOUNT,
};

function asking(list: (path: string) => readonly ArmResource[]) {
  const asked: string[] = [];
  const arm = {
    async list(path: string) {
      asked.push(path.slice(ID.length));
      return list(path);
    },
  };
  return { asked, input: { arm, config: {}, ours: new Set([`${ID}/fileServices/default/shares/ours`.toLowerCase()]) } };
}

describe('what others made in an account', () => {
  it('is looked for in each of its services, and told', async () => {
    const { asked, input } = asking((path) =>
      path.endsWith('/shares') ? ['ours', 'theirs'].map((name) => ({ id: `${path}/${name}` })) : [],
    );
    expect(await foreignChildren(input, ACCOUNT)).toMatchObject([
      { path: 'shares[theirs]', text: 'a share beside ours', fate: 'told' },
    ]);
    expect(asked.toSorted()).toEqual([
      '/blobServices/default/containers',
      '/fileServices/default/shares',
      '/queueServices/default/queues',
    ]);
  });

  it('is nothing where the account has no such service, and an error where it may not be asked', async () => {
    const refusing = (statusCode: number, code: string) =>
      asking(() => {
        throw new AzureError({ code, message: 'no', statusCode });
      }).input;
    expect(await foreignChildren(refusing(404, 'ResourceNotFound'), ACCOUNT)).toEqual([]);
    expect(await foreignChildren(refusing(400, 'FeatureNotSupportedForAccount'), ACCOUNT)).toEqual([]);
    await expect(foreignChildren(refusing(403, 'AuthorizationFailed'), ACCOUNT)).rejects.toThrow('no');
  });
});
