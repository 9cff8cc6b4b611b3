import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../../src/domain/state.ts';
import type { StepName } from '../../../src/domain/steps.ts';
import { removable } from '../../../src/perform/removable.ts';

const RUN = 'default-01JD0000000000000000000000';
const GROUP = '/subscriptions/s/resourceGroups/rg';

function record(path: string, type: string, step: StepName, more: Partial<ResourceRecord> = {}): ResourceRecord {
  return { id: `${GROUP}${path}`, type, step, created_by: RUN, holds_data: false, immutable: {}, ...more };
}

const group = record('', 'Microsoft.Resources/resourceGroups', 'create_resource_group');
const app = record(
  '/providers/Microsoft.App/containerApps/a',
  'Microsoft.App/containerApps',
  'deploy_application_services',
);
const vault = record('/providers/Microsoft.KeyVault/vaults/v', 'Microsoft.KeyVault/vaults', 'create_key_vault', {
  holds_data: true,
});
const server = '/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg';
const rule = record(
  `${server}/firewallRules/r`,
  'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules',
  'create_databases',
);
const setting = record(
  `${server}/configurations/c`,
  'Microsoft.DBforPostgreSQL/flexibleServers/configurations',
  'create_databases',
);

const keys = (resources: Readonly<Record<string, ResourceRecord>>): readonly string[] =>
  removable(resources, RUN).map(([key]) => key);

describe('what a failed run removes', () => {
  it('is what it made, the newest step first', () => {
    expect(keys({ group, rule, app })).toEqual(['app', 'rule', 'group']);
    expect(keys({ group: { ...group, created_by: 'another' }, app })).toEqual(['app']);
  });

  it('is nothing that holds data, and nothing above that: the group goes only when all of it may', () => {
    expect(keys({ group, app, vault })).toEqual(['app']);
    expect(keys({ group, vault: { ...vault, id: vault.id.toUpperCase() } })).toEqual([]);
    const elsewhere = vault.id.replace('/rg/', '/rg-2/');
    expect(keys({ group, vault: { ...vault, id: elsewhere } })).toEqual(['group']);
  });

  it('is nothing for which Azure has no DELETE', () => {
    expect(keys({ setting, rule })).toEqual(['rule']);
  });
});
