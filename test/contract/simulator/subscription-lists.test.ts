import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { apiVersionsOf } from '../../../src/simulator/arm/api-versions.ts';
import { RESOURCE_TYPES } from '../../../src/simulator/types/index.ts';
import { everyType } from '../../helpers/cloud/every-type.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';

const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities';
const VAULT = 'providers/Microsoft.KeyVault/vaults/kv-demo';
const ARM = '2025-04-01';

async function values({ arm }: SimulatedClients, path: string, version = ARM): Promise<JsonObject[]> {
  const answer = await arm('GET', path, undefined, version);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.value as JsonObject[];
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

describe('the resources of a subscription', () => {
  it.each([
    ["resourceGroup eq 'rg-demo'", ['id-one', 'id-two']],
    [
      "resourceGroup eq 'RG-OTHER' and resourceType eq 'Microsoft.ManagedIdentity/userAssignedIdentities'",
      ['id-three'],
    ],
    ["tagName eq 'env' and tagValue eq 'prod'", ['id-one', 'id-three']],
    ["tagName eq 'ENV'", ['id-one', 'id-three', 'id-two']],
    ["tagName eq 'env' and tagValue eq 'PROD'", []],
    ["location eq 'West Europe'", ['id-one', 'id-three', 'id-two']],
    ["resourceType ne 'Microsoft.ManagedIdentity/userAssignedIdentities'", []],
    ["name eq 'id-one' or name eq 'id-two'", ['id-one', 'id-two']],
    ["substringof('thr', name)", ['id-three']],
  ])('are found by %s', async (filter, names) => {
    const clients = await simulatedClients();
    const other = clients.group.replace('rg-demo', 'rg-other');
    await clients.create(other, { location: 'eastus' }, ARM);
    const make = (place: string, name: string, env: string) =>
      clients.create(`${place}/${IDENTITY}/${name}`, { location: 'westeurope', tags: { env } }, '2024-11-30');
    await make(clients.group, 'id-one', 'prod');
    await make(clients.group, 'id-two', 'test');
    await make(other, 'id-three', 'prod');
    const path = `/subscriptions/${clients.simulator.subscriptionId}/resources?$filter=${encodeURIComponent(filter)}`;
    expect((await values(clients, path)).map(({ name }) => name).toSorted()).toEqual(names);
  });

  it('are told with times and state when asked for, and page by page', async () => {
    const clients = await everyType();
    const path = `/subscriptions/${clients.simulator.subscriptionId}/resources`;
    const [first] = await values(clients, `${path}?$top=1&$expand=createdTime,changedTime,provisioningState`);
    expect(first).toMatchObject({
      createdTime: expect.stringMatching(/^\d{4}-/),
      changedTime: expect.stringMatching(/^\d{4}-/),
      provisioningState: 'Succeeded',
    });
    const all = await values(clients, path);
    for (const type of new Set(all.map((one) => String(one.type)))) {
      const known = RESOURCE_TYPES.get(type.toLowerCase());
      const [newest = ''] = known ? apiVersionsOf(known) : [];
      const path = `/subscriptions/${clients.simulator.subscriptionId}/providers/${type}`;
      expect([type, (await values(clients, path, newest)).length]).toEqual([type, 1]);
    }
    expect(all.length).toBeGreaterThanOrEqual(11);
  });

  it('and its groups are found by tag', async () => {
    const clients = await simulatedClients();
    const other = clients.group.replace('rg-demo', 'rg-other');
    await clients.create(other, { location: 'eastus', tags: { env: 'prod' } }, ARM);
    const path = `/subscriptions/${clients.simulator.subscriptionId}/resourcegroups`;
    const filter = encodeURIComponent("tagName eq 'env' and tagValue eq 'prod'");
    expect((await values(clients, `${path}?$filter=${filter}`)).map(({ name }) => name)).toEqual(['rg-other']);
    expect(await values(clients, path)).toHaveLength(2);
    expect((await clients.arm('GET', `${path}?$filter=colour eq 'red'`, undefined, ARM)).status).toBe(400);
  });
});

describe('a subscription', () => {
  it('tells its regions and its providers', async () => {
    const clients = await simulatedClients();
    const at = `/subscriptions/${clients.simulator.subscriptionId}`;
    expect(await values(clients, `${at}/locations`)).toContainEqual(
      expect.objectContaining({ name: 'westeurope', displayName: 'West Europe', type: 'Region' }),
    );
    const providers = await values(clients, `${at}/providers`);
    const app = providers.find(({ namespace }) => namespace === 'Microsoft.App');
    const types = objects(app?.resourceTypes).map(({ resourceType }) => resourceType);
    expect(app?.registrationState).toBe('Registered');
    expect(types).toEqual(expect.arrayContaining(['managedEnvironments', 'containerApps', 'jobs']));
  });

  it('tells its deleted vaults until they are purged, which purge protection forbids', async () => {
    const clients = await simulatedClients();
    const { arm, create, simulator } = clients;
    const base = { tenantId: simulator.tenantId, sku: { family: 'A', name: 'standard' } };
    await create(VAULT, { location: 'westeurope', properties: base }, '2026-02-01');
    const kept = VAULT.replace('kv-demo', 'kv-kept');
    const properties = { ...base, enablePurgeProtection: true, softDeleteRetentionInDays: 7 };
    await create(kept, { location: 'westeurope', properties }, '2026-02-01');
    for (const vault of [VAULT, kept]) await arm('DELETE', vault, undefined, '2026-02-01');
    const at = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.KeyVault`;
    const names = async () => (await values(clients, `${at}/deletedVaults`, '2026-02-01')).map(({ name }) => name);
    expect(await names()).toEqual(['kv-demo', 'kv-kept']);
    const purge = async (name: string) => {
      const path = `${at}/locations/westeurope/deletedVaults/${name}/purge`;
      const { status, body } = await arm('POST', path, undefined, '2026-02-01');
      return [status, jsonAt(body, 'error.code')];
    };
    expect(await purge('kv-kept')).toEqual([405, 'MethodNotAllowed']);
    expect(await purge('kv-demo')).toEqual([200, undefined]);
    expect(await names()).toEqual(['kv-kept']);
    await create(VAULT, { location: 'westeurope', properties: base }, '2026-02-01');
  });

  it('tells roles by name and by id, at every scope', async () => {
    const clients = await simulatedClients();
    const at = `${clients.group}/providers/Microsoft.Authorization/roleDefinitions`;
    const [role] = await values(clients, `${at}?$filter=${encodeURIComponent("roleName eq 'AcrPull'")}`, '2022-04-01');
    expect(role).toMatchObject({
      name: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
      properties: { roleName: 'AcrPull', type: 'BuiltInRole' },
    });
    const one = await clients.arm('GET', String(role?.id), undefined, '2022-04-01');
    expect(one.body).toEqual(role);
    expect((await values(clients, at, '2022-04-01')).length).toBeGreaterThan(10);
    const missing = await clients.arm('GET', `${at}/33333333-3333-5333-8333-333333333333`, undefined, '2022-04-01');
    expect(missing.status).toBe(404);
  });

  it.each([
    ['2022-12-01', 'supportedFlexibleServerEditions', 'supportedHAMode'],
    ['2026-10-01', 'supportedServerEditions', 'supportedServerEditions.1.supportedServerSkus.0.supportedHaMode'],
  ])('tells in %s what database servers can be made, high availability included', async (version, editions, modes) => {
    const clients = await simulatedClients();
    const at = `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.DBforPostgreSQL/locations/westeurope`;
    const [first = {}] = await values(clients, `${at}/capabilities`, version);
    const found = (first[editions] as JsonObject[]).map(({ name }) => name);
    expect(found).toEqual(['Burstable', 'GeneralPurpose', 'MemoryOptimized']);
    const offered = modes.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], first);
    expect(offered).toEqual(['SameZone', 'ZoneRedundant']);
  });
});
