import type { JsonObject } from '../../../src/shared/json.ts';
import type { StoredResource } from '../../../src/simulator/store.ts';
import { appBody, buildImage, createSurroundings } from '../simulated-application.ts';
import { type SimulatedClients, simulatedClients } from './simulated-clients.ts';

const location = 'westeurope';
const SERVER = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
const REDIS = 'providers/Microsoft.Cache/redisEnterprise/redis-demo';
export const CLASSIC_REDIS = 'providers/Microsoft.Cache/redis/classic-demo';
export const APP = 'providers/Microsoft.App/containerApps/api';
export const JOB = 'providers/Microsoft.App/jobs/api-migrate';

/** One resource of each type, by its path below the group. */
export const EVERY_TYPE: Readonly<Record<string, string>> = {
  group: '',
  identity: 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo',
  registry: 'providers/Microsoft.ContainerRegistry/registries/crdemo',
  vault: 'providers/Microsoft.KeyVault/vaults/kv-demo',
  environment: 'providers/Microsoft.App/managedEnvironments/cae-demo',
  workspace: 'providers/Microsoft.OperationalInsights/workspaces/log-demo',
  insights: 'providers/Microsoft.Insights/components/appi-demo',
  diagnostics:
    'providers/Microsoft.App/managedEnvironments/cae-demo/providers/Microsoft.Insights/diagnosticSettings/all',
  assignment:
    'providers/Microsoft.KeyVault/vaults/kv-demo/providers/Microsoft.Authorization/roleAssignments/33333333-3333-5333-8333-000000000002',
  server: SERVER,
  database: `${SERVER}/databases/app`,
  rule: `${SERVER}/firewallRules/azure`,
  parameter: `${SERVER}/configurations/require_secure_transport`,
  administrator: `${SERVER}/administrators/22222222-2222-2222-2222-222222222222`,
  classicRedis: CLASSIC_REDIS,
  redis: REDIS,
  redisDatabase: `${REDIS}/databases/default`,
  app: APP,
  job: JOB,
};

/** A group with one resource of each type, as somebody else may have made them. */
export async function everyType(): Promise<SimulatedClients> {
  const clients = await simulatedClients();
  const { create, arm, simulator, group } = clients;
  for (const namespace of ['Microsoft.DBforPostgreSQL', 'Microsoft.Cache']) {
    await arm('POST', `/subscriptions/${simulator.subscriptionId}/providers/${namespace}/register`);
  }
  const around = await createSurroundings(clients);
  const workspaceId = `${group}/${EVERY_TYPE.workspace}`;
  const make = (name: string, body: JsonObject, version: string) => create(EVERY_TYPE[name] ?? '', body, version);
  await make('workspace', { location, properties: { sku: { name: 'PerGB2018' }, retentionInDays: 30 } }, '2026-03-01');
  await make(
    'insights',
    { location, kind: 'web', properties: { Application_Type: 'web', WorkspaceResourceId: workspaceId } },
    '2020-02-02',
  );
  await make('diagnostics', { properties: { workspaceId } }, '2021-05-01-preview');
  const properties = { version: '16', administratorLogin: 'owner', administratorLoginPassword: 'Secret-1234' };
  await make('server', { location, sku: { name: 'Standard_B1ms', tier: 'Burstable' }, properties }, '2025-08-01');
  await make('database', { properties: { charset: 'UTF8' } }, '2025-08-01');
  await make('rule', { properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' } }, '2025-08-01');
  const principal = { principalName: 'somebody', principalType: 'User', tenantId: simulator.tenantId };
  await make('administrator', { properties: principal }, '2025-08-01');
  await make('redis', { location, sku: { name: 'Balanced_B0' }, properties: redisProperties }, '2025-07-01');
  await make('redisDatabase', { properties: { accessKeysAuthentication: 'Enabled' } }, '2025-07-01');
  simulator.change(({ resources }) => {
    const id = `${group}/${CLASSIC_REDIS}`;
    resources[id.toLowerCase()] = olderRedis(id);
  });
  await buildImage(clients, around.registry, 'app:v1', { Dockerfile: 'FROM alpine\nCOPY a /\n', a: '' });
  const app = appBody(around);
  await make('app', app, '2026-01-01');
  const { template } = app.properties as { template: { containers: JsonObject[] } };
  const containers = template.containers.map(({ probes: _, ...rest }) => rest);
  const configuration = {
    triggerType: 'Manual',
    replicaTimeout: 600,
    registries: [{ server: 'crdemo.azurecr.io', identity: around.identity }],
  };
  const job = { environmentId: around.environment, configuration, template: { containers } };
  await make('job', { location, identity: app.identity ?? null, properties: job }, '2026-01-01');
  return clients;
}

const redisProperties = { minimumTlsVersion: '1.2', publicNetworkAccess: 'Enabled' };

/** Of the kind that nobody new can create any more: only tenants from before have one. */
export function olderRedis(id: string): StoredResource {
  const at = '2025-06-01T08:00:00.000Z';
  return {
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    type: 'Microsoft.Cache/redis',
    body: {
      location,
      properties: {
        sku: { name: 'Basic', family: 'C', capacity: 0 },
        enableNonSslPort: false,
        minimumTlsVersion: '1.2',
      },
    },
    extra: {},
    createdAt: at,
    updatedAt: at,
  };
}
