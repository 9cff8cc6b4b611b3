import type { DeploymentConfig } from '../domain/config/model.ts';
import { WEEKDAYS } from '../domain/config/schema/resource-schema.ts';
import { SecretName } from '../domain/config/secrets.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { type Json, type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { CHECK_NAME_AVAILABILITY } from './columns/name-availability.ts';
import { ownPage } from './columns/portal.ts';
import { serverCost } from './columns/postgresql-cost.ts';
import { POSTGRESQL_OFFER } from './columns/postgresql-offer.ts';
import { DATABASE_CORES_IN_REGION } from './columns/quotas.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';

type Postgresql = DeploymentConfig['postgresql'];

const REVIVABLE_FOR_IN_DAYS = 5;

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
  quotas: DATABASE_CORES_IN_REGION,
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location', 'properties.administratorLogin', 'properties.backup.geoRedundantBackup'],
  // Fixed, but for a failover, which has the standby's take its place: neither is for us to change back.
  createOnly: ['properties.availabilityZone'],
  onlyGrows: ['properties.storage.storageSizeGB', 'properties.version'],
  volatile: ['properties.highAvailability.standbyAvailabilityZone'],
  contradiction: standbyOfBurstable,
  // A server has no provisioningState (https://learn.microsoft.com/rest/api/postgresql/servers/get, ServerState).
  provisioningState: 'properties.state',
  settings: {
    location: 'locations.postgresql',
    sku: ['postgresql.sku', 'postgresql.tier'],
    'properties.version': 'postgresql.version',
    'properties.administratorLogin': 'postgresql.admin_user',
    'properties.storage.storageSizeGB': 'postgresql.storage_size',
    'properties.backup.backupRetentionDays': 'postgresql.backup_retention_days',
    'properties.backup.geoRedundantBackup': 'postgresql.geo_redundant_backup',
    'properties.highAvailability.mode': 'postgresql.high_availability',
    'properties.highAvailability.standbyAvailabilityZone': 'postgresql.standby_zone',
    'properties.maintenanceWindow': 'postgresql.maintenance_window',
    'properties.authConfig.activeDirectoryAuth': 'postgresql.entra_authentication',
    'properties.network.publicNetworkAccess': 'postgresql.public_access',
  },
  invariants: {},
  defaults: ['properties.storage.autoGrow'],
  // The applications log in with a password.
  computed: ['tags', 'properties.authConfig.passwordAuth', 'properties.authConfig.tenantId'],
  timeoutInSeconds: 1800,
  address: 'properties.fullyQualifiedDomainName',
  // ServerState of https://learn.microsoft.com/rest/api/postgresql/servers/get
  condition: { path: 'properties.state', good: 'Ready' },
  deletion: {
    how: 'request',
    softDeleted: null,
    // A dropped one can be revived for this long, by its own backups, which go with it
    // (https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-restore-dropped-server).
    afterlife: () => ({ days: REVIVABLE_FOR_IN_DAYS, holdsName: false, isProtected: false }),
    takes: 'its own backups',
  },
  createdWith: { 'properties.administratorLoginPassword': SecretName.postgresPassword },
  dataSize: (live) => sized(jsonAt(live, 'properties.storage.storageSizeGB'), 'GB'),
  cost: serverCost,
  portalPage: ownPage,
};

/**
 * The server without its password: the one it is created with is random and kept nowhere, the real one is set once it
 * lies in the vault. Passwords only, since the applications log in by DATABASE_URL.
 */
export function postgresServer(input: DesireInput): DesiredResource<typeof POSTGRESQL_SERVER> {
  const { postgresql } = input.config;
  const { serverName, adminUser, sku, tier, version, storageSizeInGb, publicAccess = true } = postgresql;
  return {
    kind: POSTGRESQL_SERVER,
    key: 'postgresql',
    title: `PostgreSQL server ${serverName}`,
    id: resourceId(input, POSTGRESQL_SERVER.type, serverName),
    // The original script made servers of the one and had the other in its file.
    ...(postgresql.postgresSku !== undefined && { contested: ['sku'] }),
    body: {
      location: input.config.locations.postgresql,
      tags: resourceTags(input),
      sku: { name: sku, tier },
      properties: {
        version,
        administratorLogin: adminUser,
        storage: { storageSizeGB: storageSizeInGb, autoGrow: 'Enabled' },
        ...availability(postgresql),
        authConfig: authentication(input),
        network: { publicNetworkAccess: enabled(publicAccess) },
      },
    },
  };
}

/** https://github.com/hashicorp/terraform-provider-azurerm/issues/27612 */
function standbyOfBurstable(body: JsonObject): string | undefined {
  const mode = scalarText(jsonAt(body, 'properties.highAvailability.mode'), 'Disabled');
  if (mode === 'Disabled' || scalarText(jsonAt(body, 'sku.tier')) !== 'Burstable') return undefined;
  return `it is highly available (${mode}), which Burstable servers are not; set postgresql.sku and postgresql.tier to what is there`;
}

function sized(value: Json | undefined, unit: string): string | undefined {
  const text = scalarText(value);
  return text === '' ? undefined : `${text} ${unit}`;
}

function availability(postgresql: Postgresql): JsonObject {
  const { zone, standbyZone, backupRetentionDays = 7, geoRedundantBackup = false } = postgresql;
  return {
    backup: { backupRetentionDays, geoRedundantBackup: enabled(geoRedundantBackup) },
    highAvailability: {
      mode: postgresql.highAvailability ?? 'Disabled',
      ...(standbyZone !== undefined && { standbyAvailabilityZone: standbyZone }),
    },
    ...(zone !== undefined && { availabilityZone: zone }),
    ...(postgresql.maintenanceWindow && { maintenanceWindow: maintenance(postgresql.maintenanceWindow) }),
  };
}

/** https://learn.microsoft.com/rest/api/postgresql/servers/create-or-update, MaintenanceWindow. */
function maintenance(window: NonNullable<Postgresql['maintenanceWindow']>): JsonObject {
  if (window.kind === 'system') return { customWindow: 'Disabled' };
  const { day, hour, minute } = window;
  return { customWindow: 'Enabled', dayOfWeek: WEEKDAYS.indexOf(day), startHour: hour, startMinute: minute };
}

function authentication({ config, outputs }: DesireInput): JsonObject {
  const { entraAuthentication = false } = config.postgresql;
  return {
    activeDirectoryAuth: enabled(entraAuthentication),
    passwordAuth: 'Enabled',
    ...(entraAuthentication && { tenantId: outputs.read('tenantId') }),
  };
}

function enabled(isEnabled: boolean): 'Enabled' | 'Disabled' {
  return isEnabled ? 'Enabled' : 'Disabled';
}
