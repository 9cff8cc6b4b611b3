import { describe, expect, it } from 'vitest';
import type { ArmResource } from '../../../src/azure/ports.ts';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { ownerTags } from '../../../src/domain/tags.ts';
import { findResources } from '../../../src/planning/find-resources.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

const GROUP = '/subscriptions/s/resourceGroups/rg';
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/v`;
const tags = ownerTags('default');

function desired(id: string): DesiredResource {
  const kind = resourceRules({ listing: id === GROUP ? 'group' : 'member' });
  return { kind, id, key: id, title: id, step: 'create_key_vault', body: {} };
}

function live(id: string, own = tags): ArmResource {
  return { id, type: '', location: '', tags: own };
}

/** What is found when the vault and the group were deployed before, and how often a single resource was asked for. */
async function find(listed: readonly ArmResource[], group: ArmResource) {
  const { azure, resources } = fakeAzure();
  resources.set(GROUP.toLowerCase(), group);
  const asked: string[] = [];
  const get: typeof azure.arm.get = async (id, apiVersion) => {
    asked.push(id);
    return await azure.arm.get(id, apiVersion);
  };
  const record = (id: string) => ({ id, type: '', step: 'create_key_vault' as const });
  const state = { ...emptyState('default'), resources: { group: record(GROUP), vault: record(VAULT) } };
  const found = await findResources({ ...azure, arm: { ...azure.arm, get } }, listed, {
    environment: 'default',
    state: state as never,
    desired: [desired(GROUP), desired(VAULT)],
  });
  return { marks: Object.fromEntries(found?.marks ?? []), asked };
}

describe('the resource group', () => {
  it('is the one that we made while it holds everything that was recorded', async () => {
    const { marks, asked } = await find([live(VAULT)], live(GROUP, {} as never));
    expect(marks).toEqual({ [GROUP.toLowerCase()]: 'ours', [VAULT.toLowerCase()]: 'ours' });
    expect(asked).toEqual([]);
  });

  it('is looked at when something of ours is missing: somebody else may have made it anew', async () => {
    const { marks, asked } = await find([], live(GROUP, {} as never));
    expect(marks).toEqual({ [GROUP.toLowerCase()]: 'unmarked' });
    expect(asked.toSorted()).toEqual([GROUP, VAULT]);
  });

  it('is looked at when what it holds under our names is not ours', async () => {
    const { asked } = await find([live(VAULT, {} as never)], live(GROUP));
    expect(asked).toEqual([GROUP]);
  });
});
