import { z } from 'zod';
import { flag, secret, text } from './schema-values.ts';

/** Days as Azure counts them from 0: https://learn.microsoft.com/rest/api/postgresql/servers/create-or-update */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

const zone = z.union([z.string(), z.int()]).nullish();

/** @param most rules that the service takes */
const networkRules = (most: number) =>
  z
    .object({
      default_action: z.enum(['allow', 'deny']).nullish().describe('what happens to addresses without a rule'),
      ip_rules: z.array(z.string()).max(most).nullish().describe('addresses, or ranges such as 203.0.113.0/24'),
      bypass: z.enum(['azure_services', 'none']).nullish().describe('whether trusted services of Azure pass anyway'),
    })
    .nullish();

/** At most 100 rules: https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks */
export const containerRegistry = z.object({
  name: text,
  sku: z.enum(['Basic', 'Standard', 'Premium']).nullish(),
  network_rules: networkRules(100).describe('only with the sku Premium'),
});

/** At most 1000 rules: https://learn.microsoft.com/azure/key-vault/general/network-security */
export const keyVault = z.object({ name: text, network_rules: networkRules(1000) });

export const postgresql = z.object({
  server_name: text,
  database_name: text,
  databases: z
    .array(z.string())
    .nullish()
    .describe('further databases; the connection string of NAME is the secret DATABASE-URL-NAME'),
  extensions: z
    .array(z.string())
    .nullish()
    .describe('extensions that the databases may create, such as vector, beside what others have allowed'),
  admin_user: text,
  admin_password: secret,
  sku: text,
  postgres_sku: text.describe('what the original script deployed; sku where that is not given'),
  tier: z.enum(['Burstable', 'GeneralPurpose', 'MemoryOptimized']).nullish(),
  version: z.union([z.string(), z.int()]).nullish(),
  storage_size: z.int().nullish().describe('GiB'),
  high_availability: z
    .enum(['disabled', 'same_zone', 'zone_redundant'])
    .nullish()
    .describe('a standby server; not with the tier Burstable'),
  zone: zone.describe('availability zone of the server: 1, 2 or 3'),
  standby_zone: zone.describe('availability zone of the standby; with high_availability: zone_redundant'),
  backup_retention_days: z.int().min(7).max(35).nullish(),
  geo_redundant_backup: flag.describe('only when the server is created'),
  maintenance_window: z
    .union([
      z.literal('system'),
      z.object({
        day: z.enum(WEEKDAYS),
        hour: z.int().min(0).max(23),
        minute: z.int().min(0).max(59).nullish(),
      }),
    ])
    .nullish()
    .describe('UTC; system: Azure chooses'),
  public_access: flag.describe('false: only private endpoints, which this deployment does not make'),
  firewall_rules: z
    .record(z.string(), z.object({ start: z.string(), end: z.string() }))
    .nullish()
    .describe('ranges of addresses that reach the server, by names of rules'),
  entra_authentication: flag.describe('sign-in with Microsoft Entra, beside passwords'),
});

export const redis = z.object({
  name: text,
  sku: z.enum(['Basic', 'Standard', 'Premium']).nullish(),
  vm_size: text,
  kind: z.enum(['auto', 'classic', 'managed']).nullish(),
  public_access: flag.describe('false: only private endpoints, which this deployment does not make'),
});

/** https://learn.microsoft.com/azure/storage/common/storage-redundancy; Premium: of file shares only. */
export const STORAGE_SKUS = [
  'Standard_LRS',
  'Standard_ZRS',
  'Standard_GRS',
  'Standard_RAGRS',
  'Standard_GZRS',
  'Standard_RAGZRS',
  'Premium_LRS',
  'Premium_ZRS',
] as const;

const share = z.object({
  quota: z.int().min(1).max(102_400).nullish().describe('GiB; it can only grow (default: 100)'),
  protocol: z
    .enum(['smb', 'nfs'])
    .nullish()
    .describe('nfs: with the sku Premium_LRS or Premium_ZRS, and container_apps.subnet (default: smb)'),
});

export const storage = z.object({
  account: text.describe('name of the storage account, unique in all of Azure'),
  sku: z.enum(STORAGE_SKUS).nullish().describe('default: Standard_LRS; Premium is for file shares only'),
  containers: z.array(z.string()).nullish().describe('of blobs, which nobody reads without signing in'),
  queues: z.array(z.string()).nullish(),
  shares: z.record(z.string(), share.nullable()).nullish().describe('file shares, which services mount as volumes'),
});

export type RawStorage = z.infer<typeof storage>;
export type RawNetworkRules = z.infer<ReturnType<typeof networkRules>>;
export type RawPostgresql = z.infer<typeof postgresql>;
