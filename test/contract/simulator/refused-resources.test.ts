import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { createSurroundings } from '../../helpers/simulated-application.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const GROUPS = '2025-04-01';
const POSTGRES = '2025-08-01';
const REDIS = '2025-07-01';
const SERVER = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
const CACHE = 'providers/Microsoft.Cache/redisEnterprise/cache-demo';
const ROLES = 'providers/Microsoft.Authorization/roleAssignments';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

function code({ status, body }: Answer): readonly [number, unknown] {
  return [status, (body.error as JsonObject | undefined)?.code];
}

function guid(number: number): string {
  return `44444444-4444-5444-8444-${String(number).padStart(12, '0')}`;
}

describe('resource groups and their resources', () => {
  it('do not move: a group or resource that exists elsewhere is refused', async () => {
    const clients = await simulatedClients();
    const { environment } = await createSurroundings(clients);
    // Codes: https://github.com/Azure/azure-dev/blob/main/cli/azd/resources/error_suggestions.yaml.
    const moved = { location: 'northeurope' };
    expect(code(await clients.arm('PUT', clients.group, moved, GROUPS))).toEqual([409, 'InvalidResourceGroupLocation']);
    expect(code(await clients.arm('PUT', environment, { ...moved, properties: {} }))).toEqual([
      409,
      'InvalidResourceLocation',
    ]);
  });

  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules; environments:
  // https://github.com/Azure/azure-cli-extensions/issues/5555; apps: https://github.com/microsoft/TWL300-AI-Apps-and-agents/issues/90.
  it.each([
    ['Microsoft.App/managedEnvironments', 'my_environment', '2026-01-01', 'ManagedEnvironmentInvalidName'],
    ['Microsoft.App/managedEnvironments', 'e', '2026-01-01', 'ManagedEnvironmentInvalidName'],
    ['Microsoft.App/managedEnvironments', 'x'.repeat(61), '2026-01-01', 'ManagedEnvironmentInvalidName'],
    ['Microsoft.App/containerApps', '2app', '2026-01-01', 'ContainerAppInvalidName'],
    ['Microsoft.App/jobs', 'job_x', '2026-01-01', 'ContainerAppsJobInvalidName'],
    ['Microsoft.ContainerRegistry/registries', 'with-dash', '2025-11-01', 'RegistryNameInvalid'],
    ['Microsoft.ContainerRegistry/registries', 'four', '2025-11-01', 'RegistryNameInvalid'],
    ['Microsoft.KeyVault/vaults', 'kv--two', '2026-02-01', 'VaultNameNotValid'],
    ['Microsoft.KeyVault/vaults', '1vault', '2026-02-01', 'VaultNameNotValid'],
    ['Microsoft.OperationalInsights/workspaces', 'abc', '2026-03-01', 'InvalidResourceName'],
    ['Microsoft.ManagedIdentity/userAssignedIdentities', '-id', '2024-11-30', 'InvalidResourceName'],
    ['Microsoft.Insights/components', 'ends-with.', '2020-02-02', 'InvalidResourceName'],
    ['Microsoft.DBforPostgreSQL/flexibleServers', 'Pg-Demo', POSTGRES, 'InvalidResourceName'],
    ['Microsoft.Cache/redisEnterprise', 'two--dashes', REDIS, 'InvalidResourceName'],
    // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name
    ['Microsoft.Cache/redisEnterprise', 'Skype', REDIS, 'ReservedResourceName'],
    ['Microsoft.ContainerRegistry/registries', 'loginshop', '2025-11-01', 'ReservedResourceName'],
    ['Microsoft.KeyVault/vaults', 'a-Microsoft-kv', '2026-02-01', 'ReservedResourceName'],
    ['Microsoft.DBforPostgreSQL/flexibleServers', 'windows-pg', POSTGRES, 'ReservedResourceName'],
  ])('of type %s are not called %s', async (type, name, version, expected) => {
    const { arm } = await withDatabases();
    const answer = await arm('PUT', `providers/${type}/${name}`, { location: 'westeurope' }, version);
    expect(code(answer)).toEqual([400, expected]);
  });

  it('cannot end with a period, as groups', async () => {
    const { arm, simulator } = await simulatedClients();
    const path = `/subscriptions/${simulator.subscriptionId}/resourceGroups/rg.`;
    expect(code(await arm('PUT', path, { location: 'westeurope' }, GROUPS))).toEqual([400, 'InvalidResourceName']);
  });
});

describe('tags', () => {
  // https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
  it.each<[string, JsonObject, string]>([
    ['51 of them', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x'])), 'TooManyTags'],
    ['a name with a slash', { 'a/b': 'x' }, 'InvalidTagNameCharacters'],
    ['a name with a line break', { 'a\nb': 'x' }, 'InvalidTagNameCharacters'],
    ['a name of 513 characters', { ['n'.repeat(513)]: 'x' }, 'InvalidTagNameLength'],
    ['a value of 257 characters', { a: 'v'.repeat(257) }, 'InvalidTagValueLength'],
  ])('are refused with %s', async (_, tags, expected) => {
    const { arm, group } = await simulatedClients();
    expect(code(await arm('PUT', group, { location: 'westeurope', tags }, GROUPS))).toEqual([400, expected]);
    expect(code(await arm('PATCH', group, { tags }, GROUPS))).toEqual([400, expected]);
  });

  // https://github.com/MicrosoftDocs/azure-docs/issues/57888, https://github.com/turbot/guardrails-samples/issues/871
  it('whose names differ in case only are one tag, under the name it had', async () => {
    const { arm, group } = await simulatedClients();
    const put = await arm('PUT', group, { location: 'westeurope', tags: { Team: 'a', TEAM: 'b' } }, GROUPS);
    expect(put.body.tags).toEqual({ Team: 'b' });
    expect((await arm('PATCH', group, { tags: { team: 'c' } }, GROUPS)).body.tags).toEqual({ Team: 'c' });
  });
});

describe('role assignments', () => {
  async function assign(clients: SimulatedClients, number: number, properties: JsonObject): Promise<Answer> {
    const path = `${clients.group}/${ROLES}/${guid(number)}`;
    const roleDefinitionId = `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${READER}`;
    return await clients.arm('PUT', path, { properties: { roleDefinitionId, ...properties } }, '2022-04-01');
  }

  // https://github.com/Azure-Samples/azure-search-openai-demo/issues/9
  it('are refused for a principal that this directory does not have', async () => {
    const clients = await simulatedClients();
    const answer = await assign(clients, 1, { principalId: guid(7), principalType: 'ServicePrincipal' });
    expect(code(answer)).toEqual([400, 'PrincipalNotFound']);
    expect(answer.text).toContain(`does not exist in the directory ${clients.simulator.tenantId}`);
  });

  // https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
  it('are refused without a principal type while the principal is new, and with a wrong one', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const identity = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-new';
    const { properties } = await clients.create(identity, { location: 'westeurope' }, '2024-11-30');
    const { principalId } = properties as { principalId: string };
    expect(code(await assign(clients, 1, { principalId }))).toEqual([400, 'PrincipalNotFound']);
    const wrong = await assign(clients, 1, { principalId, principalType: 'User' });
    expect(code(wrong)).toEqual([400, 'UnmatchedPrincipalType']);
    clock.advance(60);
    expect((await assign(clients, 1, { principalId })).status).toBe(201);
  });

  // https://github.com/Azure/azure-dev/blob/main/cli/azd/resources/error_suggestions.yaml
  it('exist once for a principal, a role and a scope, however the role is written', async () => {
    const clients = await simulatedClients();
    const { deployerId } = clients.simulator.state();
    const mine = { principalId: deployerId, principalType: 'ServicePrincipal' };
    expect((await assign(clients, 1, mine)).status).toBe(201);
    expect((await assign(clients, 1, mine)).status).toBe(200);
    expect(code(await assign(clients, 2, mine))).toEqual([409, 'RoleAssignmentExists']);
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${READER.toUpperCase()}`;
    expect(code(await assign(clients, 3, { ...mine, roleDefinitionId }))).toEqual([409, 'RoleAssignmentExists']);
  });
});

async function withDatabases(options: Parameters<typeof simulatedClients>[0] = {}): Promise<SimulatedClients> {
  const clients = await simulatedClients(options);
  for (const provider of ['Microsoft.DBforPostgreSQL', 'Microsoft.Cache']) {
    const path = `/subscriptions/${clients.simulator.subscriptionId}/providers/${provider}/register`;
    await clients.arm('POST', path, undefined, GROUPS);
  }
  options.clock?.advance(60);
  return clients;
}

function server(
  properties: JsonObject = {},
  sku: JsonObject = { name: 'Standard_B1ms', tier: 'Burstable' },
): JsonObject {
  return {
    location: 'westeurope',
    sku,
    properties: {
      version: '16',
      administratorLogin: 'appadmin',
      administratorLoginPassword: 'x7-Kestrel-Moss',
      storage: { storageSizeGB: 64 },
      ...properties,
    },
  };
}

describe('a PostgreSQL server', () => {
  // https://github.com/hashicorp/terraform-provider-azurerm/issues/10726
  it.each(['azure_superuser', 'azure_pg_admin', 'Admin', 'administrator', 'root', 'guest', 'public', 'pg_x', 'a-b'])(
    'has no administrator called %s',
    async (administratorLogin) => {
      const { arm } = await withDatabases();
      const answer = await arm('PUT', SERVER, server({ administratorLogin }), POSTGRES);
      expect(code(answer)).toEqual([400, 'InvalidParameterValue']);
      expect(answer.text).toContain('parameter administratorLogin.');
    },
  );

  // https://github.com/Azure/reliable-web-app-pattern-java/issues/98
  it.each(['Short-1', 'onlylowercaseletters', 'lower-and-symbols', 'my-AppAdmin-1', 'x1A'.repeat(43)])(
    'takes no password like %s, neither at first nor later',
    async (administratorLoginPassword) => {
      const { arm, create } = await withDatabases();
      const refused = await arm('PUT', SERVER, server({ administratorLoginPassword }), POSTGRES);
      expect(code(refused)).toEqual([400, 'InvalidParameterValue']);
      await create(SERVER, server(), POSTGRES);
      const patch = { properties: { administratorLoginPassword } };
      expect(code(await arm('PATCH', SERVER, patch, POSTGRES))).toEqual([400, 'InvalidParameterValue']);
    },
  );

  // https://github.com/Azure/azure-cli/issues/29346
  it('needs credentials where passwords are used, and none where they are not', async () => {
    const { arm } = await withDatabases();
    const { properties, ...rest } = server() as { properties: JsonObject };
    const { administratorLogin: _, administratorLoginPassword: __, ...nobody } = properties;
    const none = { ...rest, properties: nobody };
    expect(code(await arm('PUT', SERVER, none, POSTGRES))).toEqual([400, 'EngineCredentialsNotProvided']);
    const authConfig = { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled' };
    expect((await arm('PUT', SERVER, { ...none, properties: { ...nobody, authConfig } }, POSTGRES)).status).toBe(201);
  });

  it.each<[string, JsonObject, string]>([
    // https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-major-version-upgrade
    ['an older version', { version: '15' }, 'InvalidParameterValue'],
    // https://github.com/MicrosoftDocs/azure-docs/issues/36037
    ['less storage', { storage: { storageSizeGB: 32 } }, 'StorageSizeShrinkNotAllowed'],
    // `storage_mb` in https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/postgresql_flexible_server
    ['a size between two', { storage: { storageSizeGB: 100 } }, 'InvalidParameterValue'],
    // `backup_retention_days`, `geo_redundant_backup_enabled`, `zone` there
    ['6 days of backups', { backup: { backupRetentionDays: 6 } }, 'InvalidParameterValue'],
    ['36 days of backups', { backup: { backupRetentionDays: 36 } }, 'InvalidParameterValue'],
    ['backups in a second region', { backup: { geoRedundantBackup: 'Enabled' } }, 'InvalidParameterValue'],
    ['another administrator', { administratorLogin: 'other' }, 'PropertyChangeNotAllowed'],
    // https://github.com/hashicorp/terraform-provider-azurerm/issues/27612
    [
      'a standby of a burstable server',
      { highAvailability: { mode: 'ZoneRedundant' } },
      'HANotSupportedForBurstableSkuWithMoreInfo',
    ],
    ['another zone', { availabilityZone: '2' }, 'InvalidParameterValue'],
  ])('that exists is refused %s', async (_, properties, expected) => {
    const { arm, create } = await withDatabases();
    const made = await create(SERVER, server({ availabilityZone: '1' }), POSTGRES);
    expect(code(await arm('PATCH', SERVER, { properties }, POSTGRES))).toEqual([400, expected]);
    expect(code(await arm('PUT', SERVER, server(properties), POSTGRES))).toEqual([400, expected]);
    expect((await arm('GET', SERVER, undefined, POSTGRES)).body).toEqual(made);
  });

  it('may grow, be upgraded and get a standby where its tier has one', async () => {
    const { arm } = await withDatabases();
    const general = server({}, { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' });
    expect((await arm('PUT', SERVER, general, POSTGRES)).status).toBe(201);
    const properties = {
      version: '17',
      storage: { storageSizeGB: 128 },
      highAvailability: { mode: 'ZoneRedundant' },
      backup: { backupRetentionDays: 35, geoRedundantBackup: 'Disabled' },
    };
    expect((await arm('PATCH', SERVER, { properties }, POSTGRES)).status).toBe(202);
  });

  // https://github.com/Azure/azure-cli/issues/28337
  it.each(['azure_maintenance', 'azure_sys', 'postgres', 'template0', 'template1'])(
    'has its own database %s',
    async (name) => {
      const { arm, create } = await withDatabases();
      await create(SERVER, server(), POSTGRES);
      const answer = await arm('PUT', `${SERVER}/databases/${name}`, { properties: {} }, POSTGRES);
      expect(code(answer)).toEqual([400, 'InvalidParameterValue']);
    },
  );

  // https://github.com/Azure/azure-postgresql/issues/134
  it('does one thing at a time, be it of its own or of its children', async () => {
    const clock = manualClock();
    const { arm, create } = await withDatabases({ profile: 'realistic', speed: 1, clock });
    await create(SERVER, server(), POSTGRES);
    expect((await arm('PUT', `${SERVER}/databases/app`, { properties: {} }, POSTGRES)).status).toBe(201);
    const patch = { properties: { storage: { storageSizeGB: 128 } } };
    expect(code(await arm('PATCH', SERVER, patch, POSTGRES))).toEqual([409, 'ServerIsBusy']);
    expect(code(await arm('DELETE', SERVER, undefined, POSTGRES))).toEqual([409, 'ServerIsBusy']);
    clock.advance(60);
    expect((await arm('PATCH', SERVER, patch, POSTGRES)).status).toBe(202);
    const rule = { properties: { startIpAddress: '203.0.113.1', endIpAddress: '203.0.113.1' } };
    expect(code(await arm('PUT', `${SERVER}/firewallRules/a`, rule, POSTGRES))).toEqual([409, 'ServerIsBusy']);
  });
});

describe('a managed cache', () => {
  const cache = (name: string, highAvailability = 'Enabled'): JsonObject => ({
    location: 'westeurope',
    sku: { name },
    properties: { publicNetworkAccess: 'Enabled', minimumTlsVersion: '1.2', highAvailability },
  });

  // https://learn.microsoft.com/azure/redis/how-to-scale#limitations-of-scaling-azure-managed-redis
  it.each([
    ['Balanced_B20', 'Balanced_B10'],
    ['Balanced_B3', 'Balanced_B1'],
    ['ComputeOptimized_X10', 'Balanced_B10'],
    ['Balanced_B250', 'FlashOptimized_A250'],
    ['FlashOptimized_A250', 'Balanced_B1000'],
  ])('is not scaled from %s to %s', async (from, to) => {
    const { arm, create } = await withDatabases();
    await create(CACHE, cache(from), REDIS);
    expect(code(await arm('PUT', CACHE, cache(to), REDIS))).toEqual([400, 'InvalidSku']);
    expect(code(await arm('PATCH', CACHE, { sku: { name: to } }, REDIS))).toEqual([400, 'InvalidSku']);
  });

  it.each([
    ['Balanced_B0', 'Balanced_B20'],
    ['Balanced_B5', 'ComputeOptimized_X5'],
    ['Balanced_B10', 'Balanced_B5'],
  ])('is scaled from %s to %s', async (from, to) => {
    const { arm, create } = await withDatabases();
    await create(CACHE, cache(from), REDIS);
    expect((await arm('PUT', CACHE, cache(to), REDIS)).status).toBe(200);
  });

  // https://learn.microsoft.com/azure/redis/architecture#running-without-high-availability-mode-enabled
  it('gets its standby later, and never loses it', async () => {
    const { arm, create } = await withDatabases();
    await create(CACHE, cache('Balanced_B0', 'Disabled'), REDIS);
    await create(CACHE, cache('Balanced_B0', 'Enabled'), REDIS);
    expect(code(await arm('PUT', CACHE, cache('Balanced_B0', 'Disabled'), REDIS))).toEqual([400, 'BadRequest']);
  });

  // https://learn.microsoft.com/azure/redis/architecture#cluster-policies
  it('of more than 25 GB has clusters, and no database changes what it was made with', async () => {
    const { arm, create } = await withDatabases();
    const database = (properties: JsonObject): JsonObject => ({
      properties: { clientProtocol: 'Encrypted', ...properties },
    });
    await create(CACHE, cache('Balanced_B50'), REDIS);
    const none = database({ clusteringPolicy: 'NoCluster' });
    expect(code(await arm('PUT', `${CACHE}/databases/default`, none, REDIS))).toEqual([400, 'BadRequest']);
    const made = database({ clusteringPolicy: 'EnterpriseCluster', port: 10_000, modules: [{ name: 'RediSearch' }] });
    await create(`${CACHE}/databases/default`, made, REDIS);
    const changes: JsonObject[] = [
      { clusteringPolicy: 'OSSCluster' },
      { port: 10_001 },
      { modules: [{ name: 'RedisJSON' }] },
    ];
    for (const change of changes) {
      const answer = await arm('PATCH', `${CACHE}/databases/default`, database(change), REDIS);
      expect(code(answer)).toEqual([400, 'PropertyChangeNotAllowed']);
    }
  });
});
