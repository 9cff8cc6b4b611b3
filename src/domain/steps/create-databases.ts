import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createDatabases = {
  name: 'create_databases',
  number: 6,
  title: 'Create databases',
  makes: 'PostgreSQL flexible server and database, Redis; resources of any type',
  dependsOn: [createResourceGroup.name],
  configKeys: ['postgresql', 'redis', 'locations.postgresql', 'locations.redis'],
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
  ],
  // Of resources of any type what their outputs say, as `bus.endpoint`, and what tells one from an earlier one of its name.
  families: { resource: 'resource', resourceMade: 'resource_made' },
  typicalSeconds: 720,
} as const satisfies Definition;
