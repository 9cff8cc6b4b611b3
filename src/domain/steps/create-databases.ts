import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createDatabases = {
  name: 'create_databases',
  number: 6,
  title: 'Create databases',
  makes: 'PostgreSQL flexible server and database, Redis',
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
  typicalSeconds: 720,
} as const satisfies Definition;
