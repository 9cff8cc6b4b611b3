import type { WEEKDAYS } from './schema/resource-schema.ts';

/**
 * What only who wants it writes down. Absent: the configuration does not name it; then it is as Azure, or its owner, has it.
 * Values are those of Azure's bodies.
 */
export interface PostgresqlChoices {
  readonly highAvailability?: 'Disabled' | 'SameZone' | 'ZoneRedundant';
  readonly zone?: string;
  readonly standbyZone?: string;
  readonly backupRetentionDays?: number;
  /** Fixed when the server is created. */
  readonly geoRedundantBackup?: boolean;
  readonly maintenanceWindow?: MaintenanceWindow;
  readonly publicAccess?: boolean;
  /** By their names; beside the rule that lets services of Azure in. */
  readonly firewallRules?: Readonly<Record<string, AddressRange>>;
  readonly entraAuthentication?: boolean;
}

/** In UTC; `system`: Azure chooses. Azure has numbers for days: their places in WEEKDAYS. */
export type MaintenanceWindow =
  | { readonly kind: 'system' }
  | { readonly kind: 'custom'; readonly day: Weekday; readonly hour: number; readonly minute: number };

type Weekday = (typeof WEEKDAYS)[number];

/** IPv4 addresses, both of them in it. */
interface AddressRange {
  readonly start: string;
  readonly end: string;
}

/** Each as far as it is given. */
export interface NetworkRules {
  readonly defaultAction?: 'Allow' | 'Deny';
  /** IPv4 addresses and CIDR ranges that are let in. */
  readonly ipRules?: readonly string[];
  readonly bypass?: 'AzureServices' | 'None';
}
