import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createDatabases = {
  name: 'create_databases',
  number: 6,
  title: 'Create databases',
  makes: 'PostgreSQL flexible server and database, Redis, a storage account',
  dependsOn: [createResourceGroup.name],
  configKeys: ['postgresql', 'redis', 'storage', 'locations.postgresql', 'locations.redis', 'locations.storage'],
  outputs: [
    'postgresServerId',
    'postgresHost',
    'postgresIncarnation',
    'postgresUser',
    'redisId',
    'redisHost',
    'redisPort',
    'redisKind',
    'redisIncarnation',
    'storageId',
    'storageIncarnation',
    'storageBlobEndpoint',
    'storageQueueEndpoint',
    'storageFileEndpoint',
  ],
  typicalSeconds: 720,
} as const satisfies Definition;
