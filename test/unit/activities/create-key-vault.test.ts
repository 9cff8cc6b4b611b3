import { describe, expect, it } from 'vitest';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { keyVault } from '../../../src/resources/key-vault.ts';
import { COMPUTED } from '../../helpers/computed.ts';
import { desireInput } from '../../helpers/desire-input.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

const DELETED = '/subscriptions/sub/providers/microsoft.keyvault/locations/eastus/deletedvaults/shop-kv';
const OURS = { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'default' };

function withDeletedVault(properties: { tags: Record<string, string>; vaultId?: string }): FakeAzure {
  const fake = fakeAzure();
  Object.assign(fake.computed, COMPUTED);
  const { id } = keyVault(desireInput());
  fake.resources.set(DELETED, { id: DELETED, properties: { vaultId: id, location: 'eastus', ...properties } });
  return fake;
}

describe('a deleted vault of our name', () => {
  it('is recovered when it is ours, then updated and granted again', async () => {
    const fake = withDeletedVault({ tags: OURS });
    const context = await stepContext(fake.azure);
    expect(await createKeyVault.run(context)).toMatchObject({ kind: 'completed' });
    const [recovery, update, ...rest] = fake.writes;
    const grants = rest.slice(0, -1);
    expect(recovery).toMatchObject({
      method: 'PUT',
      body: { location: 'eastus', properties: { createMode: 'recover', sku: { family: 'A', name: 'standard' } } },
    });
    expect(update).toMatchObject({ method: 'PATCH', body: { properties: { enablePurgeProtection: true } } });
    expect(grants.map(({ path }) => path.includes('roleAssignments'))).toEqual([true, true]);
    // Who reads by an access policy reads by a role before policies count no more.
    expect(rest.at(-1)).toMatchObject({ method: 'PATCH', body: { properties: { enableRbacAuthorization: true } } });
    expect(context.told[0]).toContain('recovering key vault shop-kv');
  });

  it('is recovered by one operation, however many calls it takes', async () => {
    const fake = withDeletedVault({ tags: OURS });
    fake.polls = 3;
    const context = await stepContext(fake.azure);
    expect(await createKeyVault.run(context)).toMatchObject({
      kind: 'waiting',
      on: 'the recovery of key vault shop-kv',
    });
    expect(await createKeyVault.run(context)).toMatchObject({ kind: 'waiting' });
    expect(fake.writes).toHaveLength(1);
  });

  it.each([
    ['of somebody else', { tags: { team: 'blue' } }],
    [
      'of another group',
      { tags: OURS, vaultId: '/subscriptions/sub/resourceGroups/old/providers/Microsoft.KeyVault/vaults/shop-kv' },
    ],
  ])('stops the step when it is %s', async (_, deleted) => {
    const fake = withDeletedVault(deleted);
    await expect(createKeyVault.run(await stepContext(fake.azure))).rejects.toMatchObject({
      code: 'vault_soft_deleted',
    });
    expect(fake.writes).toEqual([]);
  });
});
