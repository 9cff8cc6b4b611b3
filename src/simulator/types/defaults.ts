import { type JsonObject, jsonAt } from '../../shared/json.ts';
import type { StoredResource } from '../store.ts';
import { parameterDefaults } from './postgres-parameters.ts';

/** What Azure answers of a resource for members that nobody sent. */
export type Defaults = (resource: StoredResource) => JsonObject;

/** https://learn.microsoft.com/azure/container-registry/container-registry-get-started-azure-cli shows them all. */
const registry: Defaults = ({ createdAt }) => ({
  properties: {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    dataEndpointEnabled: false,
    dataEndpointHostNames: [],
    encryption: { status: 'disabled' },
    networkRuleBypassOptions: 'AzureServices',
    policies: {
      azureADAuthenticationAsArmPolicy: { status: 'enabled' },
      exportPolicy: { status: 'enabled' },
      quarantinePolicy: { status: 'disabled' },
      retentionPolicy: { days: 7, lastUpdatedTime: createdAt, status: 'disabled' },
      softDeletePolicy: { retentionDays: 7, status: 'disabled' },
      trustPolicy: { status: 'disabled', type: 'Notary' },
    },
    privateEndpointConnections: [],
    publicNetworkAccess: 'Enabled',
    roleAssignmentMode: 'LegacyRegistryPermissions',
    zoneRedundancy: 'Disabled',
  },
});

/** https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults; 90 days: soft-delete overview. */
const vault: Defaults = () => ({
  properties: {
    accessPolicies: [],
    enabledForDeployment: false,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 90,
    publicNetworkAccess: 'Enabled',
  },
});

/** Examples of Azure/azure-rest-api-specs, `ServerGet.json` of 2022-12-01 and later. */
const server: Defaults = ({ createdAt }) => ({
  properties: {
    authConfig: { activeDirectoryAuth: 'Disabled', passwordAuth: 'Enabled' },
    availabilityZone: '1',
    backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled', earliestRestoreDate: createdAt },
    dataEncryption: { type: 'SystemManaged' },
    highAvailability: { mode: 'Disabled', state: 'NotEnabled' },
    maintenanceWindow: { customWindow: 'Disabled', dayOfWeek: 0, startHour: 0, startMinute: 0 },
    network: { publicNetworkAccess: 'Enabled' },
    privateEndpointConnections: [],
    replica: { role: 'Primary', capacity: 5 },
    replicaCapacity: 5,
    replicationRole: 'Primary',
    storage: { storageSizeGB: 32, autoGrow: 'Disabled', type: 'Premium_LRS' },
  },
});

const database: Defaults = () => ({ properties: { charset: 'UTF8', collation: 'en_US.utf8' } });

/** Examples of Azure/azure-rest-api-specs, `RedisCacheUpdate.json` of 2022-06-01. */
const classicRedis: Defaults = ({ name }) => ({
  properties: {
    hostName: `${name}.redis.cache.windows.net`,
    port: 6379,
    sslPort: 6380,
    redisVersion: '6.0',
    enableNonSslPort: false,
    disableAccessKeyAuthentication: false,
    publicNetworkAccess: 'Enabled',
    updateChannel: 'Stable',
    accessKeys: null,
    linkedServers: [],
    instances: [{ sslPort: 15000, isMaster: true, isPrimary: true }],
    redisConfiguration: {
      'maxmemory-reserved': '30',
      'maxfragmentationmemory-reserved': '30',
      'maxmemory-delta': '30',
    },
  },
});

/** The descriptions of the types themselves name them (2026-09-01). */
const managedRedis: Defaults = ({ body }) => ({
  kind: 'v2',
  properties: {
    highAvailability: 'Enabled',
    minimumTlsVersion: '1.2',
    privateEndpointConnections: [],
    redundancyMode: jsonAt(body, 'properties.highAvailability') === 'Disabled' ? 'None' : 'LR',
  },
});

const managedRedisDatabase: Defaults = () => ({
  properties: {
    accessKeysAuthentication: 'Disabled',
    clientProtocol: 'Encrypted',
    clusteringPolicy: 'OSSCluster',
    deferUpgrade: 'NotDeferred',
    evictionPolicy: 'VolatileLRU',
    persistence: { aofEnabled: false, rdbEnabled: false },
    port: 10000,
    redisVersion: '7.4',
    resourceState: 'Running',
  },
});

/** Recorded (Azure/azure-dev). */
const workspace: Defaults = ({ createdAt, updatedAt }) => ({
  properties: {
    sku: { name: 'PerGB2018', lastSkuUpdate: createdAt },
    retentionInDays: 30,
    features: { legacy: 0, searchVersion: 1, enableLogAccessUsingOnlyResourcePermissions: true },
    workspaceCapping: { dailyQuotaGb: -1, dataIngestionStatus: 'RespectQuota' },
    publicNetworkAccessForIngestion: 'Enabled',
    publicNetworkAccessForQuery: 'Enabled',
    modifiedDate: updatedAt,
  },
});

/** Examples of Azure/azure-rest-api-specs, `ComponentsGet.json` of 2020-02-02. */
const insights: Defaults = ({ name, createdAt }) => ({
  properties: {
    Application_Type: 'web',
    Flow_Type: 'Bluefield',
    Request_Source: 'rest',
    Name: name,
    CreationDate: createdAt,
    RetentionInDays: 90,
    IngestionMode: 'LogAnalytics',
    publicNetworkAccessForIngestion: 'Enabled',
    publicNetworkAccessForQuery: 'Enabled',
  },
});

/** Recorded (Azure/azure-dev, `roleAssignments.list`). */
const roleAssignment: Defaults = ({ createdAt, updatedAt }) => ({
  properties: {
    condition: null,
    conditionVersion: null,
    description: null,
    delegatedManagedIdentityResourceId: null,
    createdOn: createdAt,
    updatedOn: updatedAt,
  },
});

/** Examples of Azure/azure-rest-api-specs, `ManagedEnvironments_Get.json` of 2025-01-01. */
const environment: Defaults = () => ({
  properties: {
    appLogsConfiguration: { destination: null, logAnalyticsConfiguration: null },
    infrastructureResourceGroup: null,
    peerAuthentication: { mtls: { enabled: false } },
    peerTrafficConfiguration: { encryption: { enabled: false } },
    publicNetworkAccess: 'Enabled',
    vnetConfiguration: null,
    workloadProfiles: null,
    zoneRedundant: false,
  },
});

/** An app names its environment by either of two names, and has both (recorded, Azure/azure-dev). */
const app: Defaults = ({ body }): JsonObject => {
  const id = jsonAt(body, 'properties.environmentId') ?? jsonAt(body, 'properties.managedEnvironmentId');
  return id === undefined ? {} : { properties: { environmentId: id, managedEnvironmentId: id } };
};

/** By type; a type that is not named has its own, or fills in nothing. */
export const DEFAULTS: Readonly<Record<string, Defaults>> = {
  'Microsoft.ContainerRegistry/registries': registry,
  'Microsoft.KeyVault/vaults': vault,
  'Microsoft.DBforPostgreSQL/flexibleServers': server,
  'Microsoft.DBforPostgreSQL/flexibleServers/databases': database,
  'Microsoft.DBforPostgreSQL/flexibleServers/configurations': ({ name }) => ({ properties: parameterDefaults(name) }),
  'Microsoft.Cache/redis': classicRedis,
  'Microsoft.Cache/redisEnterprise': managedRedis,
  'Microsoft.Cache/redisEnterprise/databases': managedRedisDatabase,
  'Microsoft.OperationalInsights/workspaces': workspace,
  'Microsoft.Insights/components': insights,
  'Microsoft.Authorization/roleAssignments': roleAssignment,
  'Microsoft.Authorization/policyAssignments': () => ({ properties: { enforcementMode: 'Default' } }),
  'Microsoft.App/managedEnvironments': environment,
  'Microsoft.App/containerApps': app,
};
