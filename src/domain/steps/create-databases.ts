import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createDatabases = {
  name: 'create_databases',
  number: 6,
  title: 'Create databases',
  makes: 'PostgreSQL flexible server and database, Redis, a storage account; resources of any type, and templates',
  dependsOn: [createResourceGroup.name],
  // The server is there long before a cache is.
  headStart: { dependsOn: [createResourceGroup.name] },
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
  // Of resources of any type what their outputs say, as `bus.endpoint`, and what tells one from an earlier one of its name.
  families: { resource: 'resource', resourceMade: 'resource_made' },
  typicalSeconds: 720,
} as const satisfies Definition;
