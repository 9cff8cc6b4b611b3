import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';

const SERVERS = 'Microsoft.DBforPostgreSQL/flexibleServers';
export const POSTGRESQL_API_VERSION = '2025-08-01';

/**
 * The server without its password: the one it is created with is random and kept nowhere, the real one is set once it is
 * in the vault. Passwords only, since the applications log in by DATABASE_URL.
 */
export function postgresServer(input: DesireInput): DesiredResource {
  const { serverName, adminUser, sku, tier, version, storageSizeInGb } = input.config.postgresql;
  return {
    key: 'postgresql',
    title: `PostgreSQL server ${serverName}`,
    id: resourceId(input, SERVERS, serverName),
    type: SERVERS,
    apiVersion: POSTGRESQL_API_VERSION,
    body: {
      location: input.config.locations.postgresql,
      tags: resourceTags(input),
      sku: { name: sku, tier },
      properties: {
        version,
        administratorLogin: adminUser,
        storage: { storageSizeGB: storageSizeInGb, autoGrow: 'Enabled' },
        backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' },
        highAvailability: { mode: 'Disabled' },
        authConfig: { activeDirectoryAuth: 'Disabled', passwordAuth: 'Enabled' },
        network: { publicNetworkAccess: 'Enabled' },
      },
    },
    ownership: 'tagged',
    holdsData: true,
    immutable: ['location', 'properties.administratorLogin', 'properties.backup.geoRedundantBackup'],
    createOnly: [],
    atLeast: ['properties.storage.storageSizeGB'],
    update: 'patch',
    timeoutInSeconds: 1800,
  };
}

/** TLS floor, database and firewall rule, in the order in which they are made: Azure takes one at a time. */
export function postgresChildren(input: DesireInput): readonly DesiredResource[] {
  const server = postgresServer(input);
  const { databaseName } = input.config.postgresql;
  const child = (
    kind: string,
    name: string,
    rest: Pick<DesiredResource, 'key' | 'title' | 'body' | 'holdsData' | 'createOnly'>,
  ): DesiredResource => ({
    ...rest,
    id: `${server.id}/${kind}/${name}`,
    type: `${SERVERS}/${kind}`,
    apiVersion: POSTGRESQL_API_VERSION,
    ownership: 'child',
    immutable: [],
    timeoutInSeconds: 600,
    unlisted: true,
  });
  return [
    child('configurations', 'ssl_min_protocol_version', {
      key: 'postgresql:tls',
      title: `TLS floor of ${server.title}`,
      body: { properties: { value: 'TLSv1.2', source: 'user-override' } },
      holdsData: false,
      // The value counts; Azure says `system-default` where the default is what we want.
      createOnly: ['properties.source'],
    }),
    child('databases', databaseName, {
      key: 'postgresql:database',
      title: `database ${databaseName}`,
      body: { properties: { charset: 'UTF8', collation: 'en_US.utf8' } },
      holdsData: true,
      // Azure cannot change them; the database of a server that was taken over keeps its own.
      createOnly: ['properties.charset', 'properties.collation'],
    }),
    child('firewallRules', 'allow-azure-services', {
      key: 'postgresql:firewall',
      title: `firewall rule allow-azure-services of ${server.title}`,
      // Azure's notation for "any Azure service" (https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-firewall-rules):
      // the environment's outbound addresses change (https://learn.microsoft.com/azure/container-apps/networking).
      body: { properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' } },
      holdsData: false,
      createOnly: [],
    }),
  ];
}
