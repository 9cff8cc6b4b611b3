import type { JsonObject } from '../../src/shared/json.ts';

/** What Azure adds to the resources that the first eight steps make; for the fake. */
export const COMPUTED: Readonly<Record<string, JsonObject>> = {
  'Microsoft.Resources/resourceGroups': { properties: { provisioningState: 'Succeeded' } },
  'Microsoft.ManagedIdentity/userAssignedIdentities': {
    properties: {
      principalId: '33333333-3333-3333-3333-333333333333',
      clientId: '44444444-4444-4444-4444-444444444444',
    },
  },
  'Microsoft.OperationalInsights/workspaces': {
    properties: { customerId: '55555555-5555-5555-5555-555555555555', provisioningState: 'Succeeded' },
  },
  'Microsoft.ContainerRegistry/registries': {
    properties: { loginServer: 'shopacr-d4dafv.azurecr.io', provisioningState: 'Succeeded' },
  },
  'Microsoft.KeyVault/vaults': {
    properties: { vaultUri: 'https://shop-kv.vault.azure.net/', provisioningState: 'Succeeded' },
  },
  'Microsoft.DBforPostgreSQL/flexibleServers': {
    properties: { fullyQualifiedDomainName: 'shop-postgres.postgres.database.azure.com', state: 'Ready' },
  },
  'Microsoft.Cache/redis': {
    properties: { hostName: 'shop-redis.redis.cache.windows.net', sslPort: 6380, provisioningState: 'Succeeded' },
  },
  'Microsoft.Cache/redisEnterprise': {
    properties: { hostName: 'shop-redis.eastus.redis.azure.net', provisioningState: 'Succeeded' },
  },
  'Microsoft.App/managedEnvironments': {
    location: 'East US',
    properties: { defaultDomain: 'Brave-Bay-12.eastus.azurecontainerapps.io', provisioningState: 'Succeeded' },
  },
};
