import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { appBody, buildImage, createSurroundings } from '../../helpers/simulated-application.ts';

const SERVER = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
const REDIS = 'providers/Microsoft.Cache/redisEnterprise/redis-demo';
const APP = 'providers/Microsoft.App/containerApps/api';
const JOB = 'providers/Microsoft.App/jobs/api-migrate';
const location = 'westeurope';

/** Everything that a deployment makes, in the test's group. */
async function deployment(): Promise<SimulatedClients> {
  const clients = await simulatedClients();
  const { create, arm, simulator } = clients;
  for (const namespace of ['Microsoft.DBforPostgreSQL', 'Microsoft.Cache']) {
    await arm('POST', `/subscriptions/${simulator.subscriptionId}/providers/${namespace}/register`);
  }
  const around = await createSurroundings(clients);
  await create('providers/Microsoft.OperationalInsights/workspaces/log-demo', workspace(30), '2026-03-01');
  await create(
    `${around.environment}/providers/Microsoft.Insights/diagnosticSettings/all`,
    { properties: { workspaceId: `${clients.group}/providers/Microsoft.OperationalInsights/workspaces/log-demo` } },
    '2021-05-01-preview',
  );
  await create(
    SERVER,
    {
      location,
      sku: { name: 'Standard_B1ms', tier: 'Burstable' },
      properties: { version: '16', administratorLogin: 'app', administratorLoginPassword: 'Secret-1234' },
    },
    '2025-08-01',
  );
  await create(`${SERVER}/databases/app`, { properties: { charset: 'UTF8' } }, '2025-08-01');
  await create(`${SERVER}/firewallRules/azure`, rule('0.0.0.0'), '2025-08-01');
  await create(
    REDIS,
    {
      location,
      sku: { name: 'Balanced_B0' },
      properties: { minimumTlsVersion: '1.2', publicNetworkAccess: 'Enabled' },
    },
    '2025-07-01',
  );
  await create(`${REDIS}/databases/default`, { properties: { evictionPolicy: 'NoEviction' } }, '2025-07-01');
  await buildImage(clients, around.registry, 'app:v1', { Dockerfile: 'FROM alpine\nCOPY a /\n', a: '' });
  const app = appBody(around);
  await create(APP, app, '2026-01-01');
  const { template } = app.properties as { template: { containers: JsonObject[] } };
  const containers = template.containers.map(({ probes: _, ...rest }) => rest);
  const configuration = {
    triggerType: 'Manual',
    replicaTimeout: 600,
    registries: [{ server: 'crdemo.azurecr.io', identity: around.identity }],
  };
  const job = { environmentId: around.environment, configuration, template: { containers } };
  await create(JOB, { location, identity: app.identity ?? null, properties: job }, '2026-01-01');
  return clients;
}

const workspace = (retentionInDays: number) => ({
  location,
  properties: { sku: { name: 'PerGB2018' }, retentionInDays },
});
const rule = (endIpAddress: string) => ({ properties: { startIpAddress: '0.0.0.0', endIpAddress } });

describe('a change by hand', () => {
  it.each<[path: string, version: string, method: 'PUT' | 'PATCH', body: JsonObject, at: string, found: unknown]>([
    ['', '2025-04-01', 'PATCH', { tags: { by: 'hand' } }, 'tags.by', 'hand'],
    [
      'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo',
      '2024-11-30',
      'PATCH',
      { tags: { by: 'hand' } },
      'tags.by',
      'hand',
    ],
    [
      'providers/Microsoft.ContainerRegistry/registries/crdemo',
      '2025-11-01',
      'PATCH',
      { properties: { adminUserEnabled: true } },
      'properties.adminUserEnabled',
      true,
    ],
    [
      'providers/Microsoft.KeyVault/vaults/kv-demo',
      '2026-02-01',
      'PATCH',
      { properties: { enableRbacAuthorization: false } },
      'properties.enableRbacAuthorization',
      false,
    ],
    [
      'providers/Microsoft.OperationalInsights/workspaces/log-demo',
      '2026-03-01',
      'PUT',
      workspace(60),
      'properties.retentionInDays',
      60,
    ],
    [
      'providers/Microsoft.App/managedEnvironments/cae-demo/providers/Microsoft.Insights/diagnosticSettings/all',
      '2021-05-01-preview',
      'PUT',
      { properties: { logs: [] } },
      'properties.workspaceId',
      undefined,
    ],
    [
      SERVER,
      '2025-08-01',
      'PATCH',
      { properties: { backup: { backupRetentionDays: 9 } } },
      'properties.backup.backupRetentionDays',
      9,
    ],
    [
      `${SERVER}/firewallRules/azure`,
      '2025-08-01',
      'PUT',
      rule('255.255.255.255'),
      'properties.endIpAddress',
      '255.255.255.255',
    ],
    [
      `${SERVER}/configurations/require_secure_transport`,
      '2025-08-01',
      'PATCH',
      { properties: { value: 'OFF', source: 'user-override' } },
      'properties.value',
      'OFF',
    ],
    [REDIS, '2025-07-01', 'PATCH', { tags: { by: 'hand' } }, 'tags.by', 'hand'],
    [
      `${REDIS}/databases/default`,
      '2025-07-01',
      'PATCH',
      { properties: { evictionPolicy: 'AllKeysLRU' } },
      'properties.evictionPolicy',
      'AllKeysLRU',
    ],
    [
      'providers/Microsoft.App/managedEnvironments/cae-demo',
      '2026-01-01',
      'PATCH',
      { tags: { by: 'hand' } },
      'tags.by',
      'hand',
    ],
    [
      APP,
      '2026-01-01',
      'PATCH',
      { properties: { configuration: { ingress: { external: false } } } },
      'properties.configuration.ingress.external',
      false,
    ],
    [
      APP,
      '2026-01-01',
      'PATCH',
      { properties: { template: { scale: { maxReplicas: 7 } } } },
      'properties.template.scale.maxReplicas',
      7,
    ],
    [
      APP,
      '2026-01-01',
      'PATCH',
      { properties: { configuration: { secrets: [{ name: 'by', value: 'hand' }] } } },
      'properties.configuration.secrets',
      [{ name: 'by' }],
    ],
    [
      JOB,
      '2026-01-01',
      'PATCH',
      { properties: { configuration: { replicaTimeout: 60 } } },
      'properties.configuration.replicaTimeout',
      60,
    ],
  ])('of %s at %s by %s %j is found', async (path, version, method, body, at, found) => {
    const { arm, finish, group } = await deployment();
    const place = path === '' ? group : path;
    const accepted = await arm(method, place, body, version);
    expect(accepted.status, accepted.text).toBeLessThan(300);
    await finish(accepted);
    expect(jsonAt((await arm('GET', place, undefined, version)).body, at)).toEqual(found);
  });

  it.each([
    ['providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo', '2024-11-30'],
    [
      'providers/Microsoft.KeyVault/vaults/kv-demo/providers/Microsoft.Authorization/roleAssignments/33333333-3333-5333-8333-000000000002',
      '2022-04-01',
    ],
    [
      'providers/Microsoft.App/managedEnvironments/cae-demo/providers/Microsoft.Insights/diagnosticSettings/all',
      '2021-05-01-preview',
    ],
    [`${SERVER}/databases/app`, '2025-08-01'],
    [`${SERVER}/firewallRules/azure`, '2025-08-01'],
    [SERVER, '2025-08-01'],
    [`${REDIS}/databases/default`, '2025-07-01'],
    [APP, '2026-01-01'],
    [JOB, '2026-01-01'],
    ['providers/Microsoft.ContainerRegistry/registries/crdemo', '2025-11-01'],
  ])('can delete %s', async (path, version) => {
    const { arm, finish } = await deployment();
    expect((await arm('GET', path, undefined, version)).status).toBe(200);
    await finish(await arm('DELETE', path, undefined, version));
    expect((await arm('GET', path, undefined, version)).status).toBe(404);
  });
});
