import type { DeploymentConfig } from '../model.ts';
import type {
  MaintenanceWindow,
  NetworkRules,
  PostgresqlChoices,
  ShareConfig,
  StorageConfig,
} from '../model-choices.ts';
import { tierOfSku } from '../rules/data.ts';
import type { RawNetworkRules, RawPostgresql, RawStorage } from '../schema/resource-schema.ts';
import { given } from './given.ts';

type Postgresql = DeploymentConfig['postgresql'];

export function normalizePostgresql(raw: RawPostgresql, projectName: string): Postgresql {
  const tier = raw.tier ?? 'Burstable';
  return {
    serverName: given(raw.server_name) ?? `${projectName}-postgres`,
    databaseName: given(raw.database_name) ?? projectName.replaceAll('-', '_'),
    adminUser: given(raw.admin_user) ?? 'draftgenie',
    ...normalizeSku(raw, tier),
    tier,
    version: String(raw.version ?? '16'),
    storageSizeInGb: raw.storage_size ?? 32,
    ...normalizeChoices(raw),
  };
}

/** The original script read `postgres_sku` and never `sku`: a tier that fits only the former was chosen for it. */
function normalizeSku(raw: RawPostgresql, tier: Postgresql['tier']): Pick<Postgresql, 'sku' | 'postgresSku'> {
  const deployed = given(raw.postgres_sku);
  const sku = given(raw.sku) ?? deployed ?? 'Standard_B1ms';
  if (deployed === undefined || deployed === sku) return { sku };
  const isMeant = tierOfSku(deployed) === tier && tierOfSku(sku) !== tier;
  return isMeant ? { sku: deployed } : { sku, postgresSku: deployed };
}

const HIGH_AVAILABILITY = { disabled: 'Disabled', same_zone: 'SameZone', zone_redundant: 'ZoneRedundant' } as const;

function normalizeChoices(raw: RawPostgresql): PostgresqlChoices {
  const [zone, standbyZone] = [raw.zone, raw.standby_zone].map((value) => given(value?.toString()));
  return {
    ...(raw.high_availability && { highAvailability: HIGH_AVAILABILITY[raw.high_availability] }),
    ...(zone !== undefined && { zone }),
    ...(standbyZone !== undefined && { standbyZone }),
    ...(raw.backup_retention_days != null && { backupRetentionDays: raw.backup_retention_days }),
    ...(raw.geo_redundant_backup != null && { geoRedundantBackup: raw.geo_redundant_backup }),
    ...(raw.maintenance_window && { maintenanceWindow: normalizeWindow(raw.maintenance_window) }),
    ...(raw.public_access != null && { publicAccess: raw.public_access }),
    ...(raw.firewall_rules && { firewallRules: raw.firewall_rules }),
    ...(raw.entra_authentication != null && { entraAuthentication: raw.entra_authentication }),
    ...(raw.databases && raw.databases.length > 0 && { databases: raw.databases }),
    ...(raw.extensions && { extensions: raw.extensions.map((name) => name.trim().toLowerCase()) }),
  };
}

function normalizeWindow(raw: NonNullable<RawPostgresql['maintenance_window']>): MaintenanceWindow {
  return raw === 'system' ? { kind: 'system' } : { kind: 'custom', ...raw, minute: raw.minute ?? 0 };
}

/** What is said of an account that is no more than asked for. */
export const PLAIN_STORAGE: StorageConfig = {
  account: '',
  sku: 'Standard_LRS',
  containers: [],
  queues: [],
  shares: {},
};

const QUOTA_IN_GB = 100;

export function normalizeStorage(raw: RawStorage | undefined): { readonly storage?: StorageConfig } {
  if (!raw) return {};
  const shares = Object.entries(raw.shares ?? {}).map(([name, share]): [string, ShareConfig] => [
    name,
    { quotaInGb: share?.quota ?? QUOTA_IN_GB, protocol: share?.protocol ?? 'smb' },
  ]);
  return {
    storage: {
      account: given(raw.account) ?? PLAIN_STORAGE.account,
      sku: raw.sku ?? PLAIN_STORAGE.sku,
      containers: raw.containers ?? PLAIN_STORAGE.containers,
      queues: raw.queues ?? PLAIN_STORAGE.queues,
      shares: Object.fromEntries(shares),
    },
  };
}

const ACTIONS = { allow: 'Allow', deny: 'Deny' } as const;
const BYPASS = { azure_services: 'AzureServices', none: 'None' } as const;

export function normalizeNetworkRules(raw: RawNetworkRules): { readonly networkRules?: NetworkRules } {
  if (!raw) return {};
  const networkRules: NetworkRules = {
    ...(raw.default_action && { defaultAction: ACTIONS[raw.default_action] }),
    ...(raw.ip_rules && { ipRules: raw.ip_rules }),
    ...(raw.bypass && { bypass: BYPASS[raw.bypass] }),
  };
  return Object.keys(networkRules).length === 0 ? {} : { networkRules };
}
