import { ResourceManagementClient } from '@azure/arm-resources';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { recordedExchange } from '../../helpers/recorded/exchange.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const GROUPS = '2021-04-01';
const WORKSPACES = '2025-07-01';
const VAULTS = '2026-02-01';
const POSTGRES = '2025-08-01';
const UNIMPORTANT = /^(api-supported-versions|retry-after|x-ms-ratelimit.*|content-type)$/;

/** Paths of all members, with the kinds of their values. */
function shape(value: Json, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => shape(item, `${path}[]`));
  if (!isJsonObject(value)) return [`${path}: ${value === null ? 'null' : typeof value}`];
  return Object.entries(value).flatMap(([key, member]) => shape(member, `${path}.${key}`));
}

function expectAlike(answer: Answer, name: string, without: readonly string[] = []): void {
  const { status, headers, body } = recordedExchange(name).response;
  expect([name, answer.status]).toEqual([name, status]);
  expect(Object.keys(answer.headers)).toEqual(
    expect.arrayContaining(Object.keys(headers).filter((one) => !UNIMPORTANT.test(one))),
  );
  if (!isJsonObject(body)) return;
  const wanted = shape(body).filter((line) => !without.some((prefix) => line.startsWith(prefix)));
  expect(shape(answer.body)).toEqual(expect.arrayContaining(wanted));
}

describe('recorded exchanges of the resource manager', () => {
  it('are answered alike for groups', async () => {
    const clock = manualClock();
    const { arm, send, simulator, credential } = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const other = `/subscriptions/${simulator.subscriptionId}/resourceGroups/rg-other`;
    expectAlike(await arm('PUT', other, { location: 'eastus2', tags: { name: 'demo' } }, GROUPS), 'rg.put', ['.tags']);
    const deleted = await arm('DELETE', other, undefined, GROUPS);
    expectAlike(deleted, 'rg.delete');
    expect(deleted.headers['azure-asyncoperation']).toBeUndefined();
    clock.advance(600);
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const poll = await send('GET', deleted.headers.location ?? '', { token });
    expect(poll.status).toBeLessThan(300);
    expect((await arm('GET', other, undefined, GROUPS)).status).toBe(404);
  });

  it('are answered alike for workspaces', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const id = 'providers/Microsoft.OperationalInsights/workspaces/law-demo';
    const body = {
      location: 'westeurope',
      properties: {
        sku: { name: 'PerGB2018' },
        retentionInDays: 30,
        features: { enableLogAccessUsingOnlyResourcePermissions: true },
        publicNetworkAccessForIngestion: 'Enabled',
        publicNetworkAccessForQuery: 'Enabled',
      },
    };
    await clients.create(id, body, WORKSPACES);
    // What the service adds and no client of ours reads is not simulated.
    const unread = [
      '.tags',
      '.etag',
      '.properties.features.legacy',
      '.properties.features.searchVersion',
      '.properties.workspaceCapping',
      '.properties.sku.lastSkuUpdate',
      '.properties.modifiedDate',
    ];
    expectAlike(await clients.arm('GET', id, undefined, WORKSPACES), 'workspace.get', unread);
    const deleted = await clients.arm('DELETE', id, undefined, WORKSPACES);
    expectAlike(deleted, 'workspace.delete');
    expect(await clients.finish(deleted)).toMatchObject({ status: 'Succeeded' });
  });

  it('are answered alike for the list of role assignments', async () => {
    const clients = await simulatedClients();
    await grant(clients);
    const list = await clients.arm(
      'GET',
      `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Authorization/roleAssignments`,
      undefined,
      '2022-04-01',
    );
    expect(list.status).toBe(200);
    const [first] = list.body.value as JsonObject[];
    expect(shape(first ?? {})).toEqual(
      expect.arrayContaining([
        '.properties.roleDefinitionId: string',
        '.properties.principalId: string',
        '.properties.scope: string',
        '.id: string',
        '.type: string',
        '.name: string',
      ]),
    );
  });
});

async function grant(
  { arm, simulator, group }: SimulatedClients,
  principalId: string = simulator.state().deployerId,
): Promise<Answer> {
  const roleDefinitionId = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;
  const name = '33333333-3333-5333-8333-333333333333';
  return await arm(
    'PUT',
    `${group}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } },
    '2022-04-01',
  );
}

describe('the simulated resource manager', () => {
  it('serves the official client: groups, providers, lists, generic resources with their pollers', async () => {
    const { simulator, transport, credential } = await simulatedClients();
    const client = new ResourceManagementClient(credential, simulator.subscriptionId, { httpClient: transport });
    expect(await client.resourceGroups.checkExistence('rg-demo')).toMatchObject({ body: true });
    await client.resourceGroups.createOrUpdate('rg-two', { location: 'eastus' });
    const id = `subscriptions/${simulator.subscriptionId}/resourceGroups/rg-two/providers/Microsoft.KeyVault/vaults/kv-official`;
    const properties = {
      tenantId: simulator.tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
    };
    const vault = await client.resources.createOrUpdateById(id, VAULTS, { location: 'eastus', properties });
    expect(vault.name).toBe('kv-official');
    const names: (string | undefined)[] = [];
    for await (const { name } of client.resources.listByResourceGroup('rg-two')) names.push(name);
    expect(names).toEqual(['kv-official']);
    expect((await client.providers.get('Microsoft.KeyVault')).registrationState).toBe('Registered');
    await client.resourceGroups.delete('rg-two');
    expect(await client.resourceGroups.checkExistence('rg-two')).toMatchObject({ body: false });
  });

  it('asks for a token and for an api-version', async () => {
    const { send, arm, group } = await simulatedClients();
    const without = await send('GET', `https://management.azure.com${group}?api-version=${GROUPS}`, { token: null });
    expect(without.status).toBe(401);
    expect(without.headers['www-authenticate']).toContain('Bearer');
    expect((await arm('GET', group, undefined, '1999-01-01')).body).toMatchObject({
      error: { code: 'InvalidApiVersionParameter' },
    });
  });

  it.each([
    [
      'a group that is not there',
      '/subscriptions/SUB/resourceGroups/none/providers/Microsoft.KeyVault/vaults/kv-x12',
      { location: 'eastus', properties: { tenantId: 't', sku: { family: 'A', name: 'standard' } } },
      VAULTS,
      404,
      'ResourceGroupNotFound',
    ],
    [
      'a provider that is not registered',
      'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-x12',
      { location: 'eastus' },
      POSTGRES,
      409,
      'MissingSubscriptionRegistration',
    ],
    [
      'a wrong name',
      'providers/Microsoft.KeyVault/vaults/-x',
      { location: 'eastus', properties: {} },
      VAULTS,
      400,
      'VaultNameNotValid',
    ],
    [
      'a missing required property',
      'providers/Microsoft.KeyVault/vaults/kv-x12',
      { location: 'eastus' },
      VAULTS,
      400,
      'InvalidRequestContent',
    ],
    [
      'an unknown property',
      'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo',
      { location: 'eastus', nonsense: 1 },
      '2024-11-30',
      400,
      'InvalidRequestContent',
    ],
    [
      'a principal nobody knows',
      'providers/Microsoft.Authorization/roleAssignments/33333333-3333-5333-8333-333333333333',
      { properties: { roleDefinitionId: 'r', principalId: 'nobody' } },
      '2022-04-01',
      400,
      'PrincipalNotFound',
    ],
  ])('refuses %s', async (_what, path, body, version, status, code) => {
    const { arm, simulator } = await simulatedClients();
    const answer = await arm('PUT', path.replace('SUB', simulator.subscriptionId), body, version);
    expect([answer.status, answer.body]).toMatchObject([status, { error: { code } }]);
  });

  it('keeps the name of a deleted vault until it is recovered in its group and region', async () => {
    const clients = await simulatedClients();
    const { arm, simulator, group } = clients;
    const properties = {
      tenantId: simulator.tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
    };
    const id = 'providers/Microsoft.KeyVault/vaults/kv-deleted';
    await clients.create(id, { location: 'westeurope', properties }, VAULTS);
    await clients.finish(await arm('DELETE', id, undefined, VAULTS));
    expect((await arm('PUT', id, { location: 'westeurope', properties }, VAULTS)).body).toMatchObject({
      error: { code: 'ConflictError' },
    });
    const recover = { ...properties, createMode: 'recover' };
    expect((await arm('PUT', id, { location: 'eastus', properties: recover }, VAULTS)).body).toMatchObject({
      error: { code: 'SoftDeletedVaultDoesNotExist' },
    });
    await clients.create(id, { location: 'westeurope', properties: recover }, VAULTS);
    expect((await arm('GET', `${group}/resources`, undefined, GROUPS)).body.value).toHaveLength(1);
  });

  it('takes children of a database server one at a time, and only after the server', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const { arm, simulator } = clients;
    await arm(
      'POST',
      `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.DBforPostgreSQL/register`,
      undefined,
      GROUPS,
    );
    clock.advance(60);
    const id = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
    const server = {
      location: 'westeurope',
      sku: { name: 'Standard_B1ms', tier: 'Burstable' },
      properties: { version: '16', administratorLogin: 'app', administratorLoginPassword: 'Secret-1234' },
    };
    const started = await arm('PUT', id, server, POSTGRES);
    const child = { properties: { charset: 'UTF8', collation: 'en_US.utf8' } };
    expect((await arm('PUT', `${id}/databases/one`, child, POSTGRES)).body).toMatchObject({
      error: { code: 'ServerIsBusy' },
    });
    await clients.finish(started);
    expect((await arm('PUT', `${id}/databases/one`, child, POSTGRES)).status).toBe(201);
    expect((await arm('PUT', `${id}/databases/two`, child, POSTGRES)).body).toMatchObject({
      error: { code: 'ServerIsBusy' },
    });
    expect((await arm('GET', id, undefined, POSTGRES)).text).not.toContain('Secret-1234');
  });

  it('restricts regions, and tells so before anything is made', async () => {
    const { arm, simulator } = await simulatedClients();
    const path = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.DBforPostgreSQL/locations`;
    expect((await arm('GET', `${path}/brazilsouth/capabilities`, undefined, POSTGRES)).body).toEqual({ value: [] });
    expect((await arm('GET', `${path}/eastus/capabilities`, undefined, POSTGRES)).body.value).toHaveLength(1);
  });

  it('makes the n-th matching request go wrong as told', async () => {
    const { arm, simulator, group } = await simulatedClients();
    simulator.addFault({
      match: { method: 'GET', path: 'rg-demo$' },
      nth: 2,
      fault: { kind: 'status', status: 429, retryAfterInSeconds: 7 },
    });
    const statuses = [];
    for (let request = 0; request < 3; request += 1) statuses.push((await arm('GET', group, undefined, GROUPS)).status);
    expect(statuses).toEqual([200, 429, 200]);
  });
});
