import type { DeploymentConfig } from '../../src/domain/config/model.ts';

/** A small normalized configuration; the tests that need more override it. */
export function deploymentConfig(overrides: Partial<DeploymentConfig> = {}): DeploymentConfig {
  return { ...BASE, ...overrides };
}

/** With everything that users may ask to own of servers, vaults, registries and caches. */
export function chosenConfig(base: DeploymentConfig): DeploymentConfig {
  const networkRules = {
    defaultAction: 'Deny',
    ipRules: ['203.0.113.7', '198.51.100.0/24'],
    bypass: 'AzureServices',
  } as const;
  return {
    ...base,
    containerRegistry: { ...base.containerRegistry, sku: 'Premium', networkRules },
    keyVault: { ...base.keyVault, networkRules },
    postgresql: {
      ...base.postgresql,
      ...{
        sku: 'Standard_D2s_v3',
        tier: 'GeneralPurpose',
        highAvailability: 'ZoneRedundant',
        zone: '1',
        standbyZone: '2',
      },
      ...{ backupRetentionDays: 35, geoRedundantBackup: true, entraAuthentication: true },
      maintenanceWindow: { kind: 'custom', day: 'monday', hour: 3, minute: 30 },
      databases: ['reports', 'audit'],
      extensions: ['vector', 'pgaudit'],
      firewallRules: { office: { start: '203.0.113.7', end: '203.0.113.9' } },
    },
    redis: { ...base.redis, publicAccess: false },
  };
}

const BASE: DeploymentConfig = {
  azure: { resourceGroup: 'shop-rg', location: 'eastus', projectName: 'shop' },
  locations: {
    resourceGroup: 'eastus',
    monitoring: 'eastus',
    containerRegistry: 'eastus',
    keyVault: 'eastus',
    postgresql: 'eastus',
    redis: 'eastus',
    containerApps: 'eastus',
  },
  tags: { Project: 'Shop' },
  monitoring: { logWorkspace: 'shop-logs', appInsights: 'shop-insights' },
  containerRegistry: { name: 'shopacr', sku: 'Basic' },
  keyVault: { name: 'shop-kv' },
  postgresql: {
    serverName: 'shop-postgres',
    databaseName: 'shop',
    adminUser: 'shopadmin',
    sku: 'Standard_B1ms',
    tier: 'Burstable',
    version: '16',
    storageSizeInGb: 32,
  },
  redis: { name: 'shop-redis', sku: 'Basic', vmSize: 'c0', kind: 'auto' },
  containerApps: { environmentName: 'shop-env' },
  services: { infrastructure: [], application: [] },
  secrets: {
    'GEMINI-API-KEY': { source: 'literal', path: 'secrets.gemini_api_key' },
    'JWT-SECRET': { source: 'generated' },
    'POSTGRES-PASSWORD': { source: 'generated' },
    'RABBITMQ-PASSWORD': { source: 'generated' },
  },
  docker: { buildContext: '.', platform: { os: 'Linux', architecture: 'amd64' } },
  release: {
    strategy: 'switch',
    steps: [10, 50, 100],
    bakeTimeInSeconds: 60,
    healthTimeoutInSeconds: 300,
    onFailure: 'rollback',
    smokeImage: 'docker.io/curlimages/curl:8.10.1',
    keep: 3,
  },
  networking: { corsOrigin: '*', swaggerEnabled: true, swaggerPath: 'api/docs' },
  deployment: {
    skipBuild: false,
    skipMigrations: false,
    dryRun: false,
    autoApprove: true,
    verbose: false,
    resume: false,
  },
  advanced: {
    retryAttempts: 3,
    retryDelayInSeconds: 0,
    operationTimeoutInSeconds: 600,
    cleanupOnFailure: false,
    stateStorage: 'local',
    stateFile: '.azure-deployment-state-v1.json',
    stateBlob: { container: 'state', name: 'azure-deployment-state.json' },
  },
};
