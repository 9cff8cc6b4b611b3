import { asksForAccountKey } from '../sections/composed-secrets.ts';
import { hasSection } from '../sections/sections.ts';
import { createDatabases } from './create-databases.ts';
import { createKeyVault } from './create-key-vault.ts';
import type { Definition } from './definition.ts';

const OF_POSTGRESQL = [['postgresServerId'], ['postgresHost'], ['postgresIncarnation']] as const;
const OF_REDIS = [['redisId'], ['redisKind'], ['redisHost'], ['redisPort'], ['redisIncarnation']] as const;

const OF_STORAGE = [['storageId'], ['storageIncarnation']] as const;

export const storeSecrets = {
  name: 'store_secrets',
  number: 7,
  title: 'Store secrets',
  makes: 'secrets in the vault; the database password',
  dependsOn: [createKeyVault.name, createDatabases.name],
  // What is given or made up needs the vault alone, and the server's password no cache.
  headStart: { dependsOn: [createKeyVault.name], follows: [createDatabases.name] },
  // RABBITMQ-URL is made of the name, port and credentials of an infrastructure service.
  configKeys: [
    'secrets',
    'postgresql.databaseName',
    'postgresql.databases',
    'postgresql.adminUser',
    'services.infrastructure',
  ],
  // Versioned vault URL of each secret: `secret.DATABASE-URL`.
  families: { secret: 'secret' },
  typicalSeconds: 60,
  // What the connection strings and the server's password are made of.
  consumes: (config) => [
    ['vaultUri'] as const,
    ...(hasSection(config, 'postgresql') ? OF_POSTGRESQL : []),
    ...(hasSection(config, 'redis') ? OF_REDIS : []),
    ...(asksForAccountKey(config) ? OF_STORAGE : []),
  ],
} as const satisfies Definition;
