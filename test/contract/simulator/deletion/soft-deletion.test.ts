import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { EVERY_TYPE, everyType } from '../../../helpers/cloud/every-type.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { createSurroundings, grant, SECRETS_OFFICER } from '../../../helpers/simulated-application.ts';

const VAULT = 'providers/Microsoft.KeyVault/vaults/kv-demo';
const VAULTS = '2026-02-01';
const WORKSPACE = 'providers/Microsoft.OperationalInsights/workspaces/log-demo';
const WORKSPACES = '2025-07-01';
const SERVER = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
const SERVERS = '2025-08-01';
const GROUPS = '2025-04-01';
const DAY = 24 * 60 * 60;
const location = 'westeurope';

const outcome = ({ status, body }: Answer) => (body.error as JsonObject | undefined)?.code ?? status;

/** A vault with purge protection and a secret in it, deleted. */
async function deletedVault() {
  const clients = await simulatedClients();
  const { vault } = await createSurroundings(clients);
  const { subscriptionId, tenantId } = clients.simulator;
  await grant(clients, vault, SECRETS_OFFICER, clients.simulator.state().deployerId, 9);
  const secret = async (method: HttpMethods, body?: JsonObject): Promise<Answer> => {
    const { token } = await clients.credential.getToken('https://vault.azure.net/.default');
    const url = 'https://kv-demo.vault.azure.net/secrets/a?api-version=7.5';
    return await clients.send(method, url, { token, ...(body && { body }) });
  };
  await secret('PUT', { value: 'kept' });
  await clients.arm('DELETE', vault, undefined, VAULTS);
  const properties = { tenantId, sku: { family: 'A', name: 'standard' } };
  return { clients, vault, secret, properties, at: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault` };
}

describe('a vault that was deleted', () => {
  it('is listed and found with the date of its purge, and is not purged when protected', async () => {
    const { clients, at, vault } = await deletedVault();
    const one = await clients.arm('GET', `${at}/locations/westeurope/deletedVaults/kv-demo`, undefined, VAULTS);
    const { deletionDate, scheduledPurgeDate, ...rest } = one.body.properties as Record<string, string>;
    expect(Date.parse(scheduledPurgeDate ?? '') - Date.parse(deletionDate ?? '')).toBe(7 * DAY * 1000);
    expect(rest).toMatchObject({ vaultId: vault, location, purgeProtectionEnabled: true });
    const all = await clients.arm('GET', `${at}/deletedVaults`, undefined, VAULTS);
    expect(all.body.value).toEqual([one.body]);
    const purge = await clients.arm(
      'POST',
      `${at}/locations/westeurope/deletedVaults/kv-demo/purge`,
      undefined,
      VAULTS,
    );
    expect(purge.status).toBe(405);
  });

  it('holds its name, comes back in its own place with its secrets, and without its grants', async () => {
    const { clients, vault, properties, secret } = await deletedVault();
    const { arm, group } = clients;
    expect(outcome(await arm('PUT', vault, { location, properties }, VAULTS))).toBe('ConflictError');
    await clients.create(group.replace('rg-demo', 'rg-two'), { location }, GROUPS);
    const recover = { ...properties, createMode: 'recover' };
    const elsewhere = vault.replace('rg-demo', 'rg-two');
    expect(outcome(await arm('PUT', elsewhere, { location, properties: recover }, VAULTS))).toBe(
      'SoftDeletedVaultDoesNotExist',
    );
    await clients.create(vault, { location, properties: recover }, VAULTS);
    const grants = await arm(
      'GET',
      `${vault}/providers/Microsoft.Authorization/roleAssignments`,
      undefined,
      '2022-04-01',
    );
    expect(grants.body.value).toEqual([]);
    expect((await secret('GET')).status).toBe(403);
    await grant(clients, vault, SECRETS_OFFICER, clients.simulator.state().deployerId, 9);
    expect((await secret('GET')).body.value).toBe('kept');
    expect((await arm('GET', vault, undefined, VAULTS)).body.properties).toMatchObject({ enablePurgeProtection: true });
  });

  it('is not answered for by its own address', async () => {
    const { secret } = await deletedVault();
    expect((await secret('GET')).status).toBe(404);
  });

  it('is gone, with its secrets and its name, when its days are over', async () => {
    const { clients, at, properties } = await deletedVault();
    // A token lives for an hour: it is the deletion that is put back, not the clock forward.
    clients.simulator.change(({ deletedVaults }) => {
      const deleted = deletedVaults['kv-demo'];
      if (!deleted) throw new Error('no vault was deleted');
      const deletedAt = new Date(Date.parse(deleted.deletedAt) - 8 * DAY * 1000).toISOString();
      deletedVaults['kv-demo'] = { ...deleted, deletedAt };
    });
    const one = await clients.arm('GET', `${at}/locations/westeurope/deletedVaults/kv-demo`, undefined, VAULTS);
    expect(one.status).toBe(404);
    expect((await clients.arm('GET', `${at}/deletedVaults`, undefined, VAULTS)).body.value).toEqual([]);
    expect((await clients.arm('PUT', VAULT, { location, properties }, VAULTS)).status).toBe(201);
    const { deletedVaults, secrets } = clients.simulator.state();
    expect([deletedVaults, Object.values(secrets)]).toEqual([{}, [{}]]);
  });

  it('of another subscription holds its name, and is told by nobody', async () => {
    const { clients, at, properties } = await deletedVault();
    clients.simulator.change(({ deletedVaults }) => {
      const ours = deletedVaults['kv-demo'];
      if (!ours) throw new Error('no vault was deleted');
      const id = `/subscriptions/99999999-0000-0000-0000-000000000000/resourceGroups/theirs/${VAULT.replace('demo', 'theirs')}`;
      deletedVaults['kv-theirs'] = { ...ours, resource: { ...ours.resource, id, name: 'kv-theirs' } };
    });
    const { arm } = clients;
    const theirs = VAULT.replace('demo', 'theirs');
    expect(outcome(await arm('PUT', theirs, { location, properties }, VAULTS))).toBe('VaultAlreadyExists');
    const recover = { ...properties, createMode: 'recover' };
    expect(outcome(await arm('PUT', theirs, { location, properties: recover }, VAULTS))).toBe(
      'SoftDeletedVaultDoesNotExist',
    );
    expect((await arm('GET', `${at}/deletedVaults`, undefined, VAULTS)).body.value).toHaveLength(1);
    const one = await arm('GET', `${at}/locations/westeurope/deletedVaults/kv-theirs`, undefined, VAULTS);
    expect(one.status).toBe(404);
    const asked = await arm(
      'POST',
      `${at}/checkNameAvailability`,
      { name: 'kv-theirs', type: 'Microsoft.KeyVault/vaults' },
      VAULTS,
    );
    expect(asked.body).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
  });

  it('with its group is recovered in a new group of that name and region', async () => {
    const clients = await simulatedClients();
    const { vault } = await createSurroundings(clients);
    await clients.finish(await clients.arm('DELETE', clients.group, undefined, GROUPS));
    await clients.create(clients.group, { location }, GROUPS);
    const properties = { tenantId: clients.simulator.tenantId, sku: { family: 'A', name: 'standard' } };
    await clients.create(vault, { location, properties: { ...properties, createMode: 'recover' } }, VAULTS);
    expect(clients.simulator.state().deletedVaults).toEqual({});
  });
});

describe('a workspace that was deleted', () => {
  const body = { location, properties: { retentionInDays: 30 } };

  async function workspace(query = '') {
    const clients = await simulatedClients();
    const made = await clients.create(WORKSPACE, body, WORKSPACES);
    await clients.finish(await clients.arm('DELETE', `${WORKSPACE}${query}`, undefined, WORKSPACES));
    const listed = async (scope: string) => {
      const path = `${scope}/providers/Microsoft.OperationalInsights/deletedWorkspaces`;
      return ((await clients.arm('GET', path, undefined, WORKSPACES)).body.value as JsonObject[]).map(({ id }) => id);
    };
    const customerId = (made.properties as JsonObject).customerId;
    return { clients, customerId, listed };
  }

  const idOf = ({ group }: SimulatedClients) => `${group}/${WORKSPACE}`;
  const customerOf = async ({ create }: SimulatedClients) =>
    ((await create(WORKSPACE, body, WORKSPACES)).properties as JsonObject).customerId;

  it('is listed, and comes back with its data as soon as somebody makes it in its place', async () => {
    const { clients, customerId, listed } = await workspace();
    const subscription = `/subscriptions/${clients.simulator.subscriptionId}`;
    expect([await listed(subscription), await listed(clients.group)]).toEqual([[idOf(clients)], [idOf(clients)]]);
    expect(outcome(await clients.arm('PUT', WORKSPACE, { ...body, location: 'eastus' }, WORKSPACES))).toBe('Conflict');
    expect(await customerOf(clients)).toBe(customerId);
    expect(await listed(subscription)).toEqual([]);
  });

  it('comes back after the deletion of its group, too', async () => {
    const { clients, customerId } = await workspace();
    await customerOf(clients);
    await clients.finish(await clients.arm('DELETE', clients.group, undefined, GROUPS));
    await clients.create(clients.group, { location }, GROUPS);
    expect(await customerOf(clients)).toBe(customerId);
  });

  it('by force is gone for good', async () => {
    const { clients, customerId, listed } = await workspace('?force=true');
    expect(await listed(clients.group)).toEqual([]);
    expect(await customerOf(clients)).not.toBe(customerId);
  });

  it('is gone after fourteen days', async () => {
    const { clients, customerId, listed } = await workspace();
    clients.simulator.change(({ deletedWorkspaces }) => {
      for (const [id, one] of Object.entries(deletedWorkspaces)) {
        const deletedAt = new Date(Date.parse(one.deletedAt) - 15 * DAY * 1000).toISOString();
        deletedWorkspaces[id] = { ...one, deletedAt };
      }
    });
    expect(await listed(clients.group)).toEqual([]);
    expect(await customerOf(clients)).not.toBe(customerId);
  });
});

describe('what is not soft-deleted', () => {
  it.each([
    ['component', 'providers/Microsoft.Insights/components/appi-demo', '2020-02-02', 'ConnectionString'],
    ['identity', 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo', '2024-11-30', 'principalId'],
  ])('is another one when it is made again: %s', async (_, path, version, output) => {
    const clients = await everyType();
    const before = (await clients.arm('GET', path, undefined, version)).body;
    await clients.arm('DELETE', path, undefined, version);
    const { kind, properties } = before as { kind?: string; properties: JsonObject };
    const sent: JsonObject = { location, ...(kind && { kind, properties: { Application_Type: 'web' } }) };
    const after = await clients.create(path, sent, version);
    expect((after.properties as JsonObject)[output]).not.toBe(properties[output]);
  });

  it('is a registry: its name is free at once, and its images are gone', async () => {
    const clients = await everyType();
    const registry = EVERY_TYPE.registry ?? '';
    await clients.finish(await clients.arm('DELETE', registry, undefined, '2025-11-01'));
    await clients.create(registry, { location, sku: { name: 'Basic' } }, '2025-11-01');
    const id = `${clients.group}/${registry}`.toLowerCase();
    expect(clients.simulator.state().registries[id]).toMatchObject({ runs: [], pushes: [] });
  });
});

describe('a server that was dropped', () => {
  async function dropped() {
    const clients = await everyType();
    await clients.finish(await clients.arm('DELETE', SERVER, undefined, SERVERS));
    const revive = (changes: JsonObject = {}) => ({
      location,
      properties: {
        createMode: 'ReviveDropped',
        sourceServerResourceId: `${clients.group}/${SERVER}`,
        pointInTimeUTC: new Date().toISOString(),
        ...changes,
      },
    });
    return { clients, revive };
  }

  it('is in no list, and is restored for five days by a call that names it and a time', async () => {
    const { clients, revive } = await dropped();
    const again = SERVER.replace('pg-demo', 'pg-again');
    const made = await clients.create(again, revive(), SERVERS);
    expect(made).toMatchObject({
      sku: { name: 'Standard_B1ms' },
      properties: { administratorLogin: 'owner', fullyQualifiedDomainName: 'pg-again.postgres.database.azure.com' },
    });
    expect((await clients.arm('GET', `${again}/databases/app`, undefined, SERVERS)).status).toBe(200);
  });

  it('is restored neither elsewhere, nor without a time, nor when it never was, nor after its days', async () => {
    const { clients, revive } = await dropped();
    const again = SERVER.replace('pg-demo', 'pg-again');
    const put = async (body: JsonObject) => outcome(await clients.arm('PUT', again, body, SERVERS));
    const { pointInTimeUTC: _, ...timeless } = revive().properties;
    expect([
      await put({ ...revive(), location: 'northeurope' }),
      await put({ location, properties: timeless }),
      await put(revive({ sourceServerResourceId: `${clients.group}/${again}` })),
    ]).toEqual(Array(3).fill('InvalidParameterValue'));
    clients.simulator.change(({ droppedServers }) => {
      for (const [id, one] of Object.entries(droppedServers)) {
        const deletedAt = new Date(Date.parse(one.deletedAt) - 6 * DAY * 1000).toISOString();
        droppedServers[id] = { ...one, deletedAt };
      }
    });
    expect(await put(revive())).toBe('InvalidParameterValue');
  });
});
