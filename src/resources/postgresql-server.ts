import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { CHECK_NAME_AVAILABILITY } from './columns/name-availability.ts';
import { ownPage } from './columns/portal.ts';
import { POSTGRESQL_OFFER } from './columns/postgresql-offer.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';

export const POSTGRESQL_SERVER: ResourceKind<'Microsoft.DBforPostgreSQL/flexibleServers'> = {
  type: 'Microsoft.DBforPostgreSQL/flexibleServers',
  apiVersion: '2026-10-01',
  fingerprintVersion: '2025-08-01',
  provider: 'Microsoft.DBforPostgreSQL',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.postgresqlServer,
  uniqueName: CHECK_NAME_AVAILABILITY,
  availability: [POSTGRESQL_OFFER, OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location', 'properties.administratorLogin', 'properties.backup.geoRedundantBackup'],
  createOnly: [],
  onlyGrows: ['properties.storage.storageSizeGB', 'properties.version'],
  // A server has no provisioningState (https://learn.microsoft.com/rest/api/postgresql/servers/get, ServerState).
  provisioningState: 'properties.state',
  settings: {
    location: 'locations.postgresql',
    sku: ['postgresql.sku', 'postgresql.tier'],
    'properties.version': 'postgresql.version',
    'properties.administratorLogin': 'postgresql.admin_user',
    'properties.storage.storageSizeGB': 'postgresql.storage_size',
  },
  invariants: [],
  defaults: [
    'properties.storage.autoGrow',
    'properties.backup',
    'properties.highAvailability',
    'properties.authConfig.activeDirectoryAuth',
    'properties.network.publicNetworkAccess',
  ],
  // The applications log in with a password.
  computed: ['tags', 'properties.authConfig.passwordAuth'],
  timeoutInSeconds: 1800,
  deletion: { how: 'request', softDeleted: null },
  portalPage: ownPage,
};

/**
 * The server without its password: the one it is created with is random and kept nowhere, the real one is set once it
 * lies in the vault. Passwords only, since the applications log in by DATABASE_URL.
 */
export function postgresServer(input: DesireInput): DesiredResource<typeof POSTGRESQL_SERVER> {
  const { serverName, adminUser, sku, tier, version, storageSizeInGb } = input.config.postgresql;
  return {
    kind: POSTGRESQL_SERVER,
    key: 'postgresql',
    title: `PostgreSQL server ${serverName}`,
    id: resourceId(input, POSTGRESQL_SERVER.type, serverName),
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
  };
}
