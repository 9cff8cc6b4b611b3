import type { WEEKDAYS } from './schema/resource-schema.ts';
import type { ContainerSettings } from './service-containers.ts';

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

/** What runs to its end and is gone, beside the services. Neither `schedule` nor `event`: somebody starts it. */
export interface JobConfig extends ContainerSettings {
  /** The key under `jobs`. */
  readonly key: string;
  /** Of the Container Apps job. */
  readonly name: string;
  /** Prebuilt elsewhere. */
  readonly image?: string;
  /** Relative to the build context. */
  readonly dockerfile?: string;
  /** Cron expression of five fields, in UTC. */
  readonly schedule?: string;
  readonly event?: JobEvents;
  /** Replicas of one execution that run at a time. */
  readonly parallelism: number;
  /** Replicas that must succeed. */
  readonly completions: number;
  /** How often a replica that failed is tried again. */
  readonly retries: number;
  /** What a replica may take. */
  readonly timeoutInSeconds: number;
}

/** Sources of events, of which each event is one execution. */
export interface JobEvents {
  /** By names of the user. */
  readonly scalers: Readonly<Record<string, ScalerConfig>>;
  readonly minExecutions: number;
  readonly maxExecutions: number;
  readonly pollingIntervalInSeconds: number;
}

/** A scaler of KEDA: https://keda.sh/docs/latest/scalers/ */
export interface ScalerConfig {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Secrets of the vault by the parameter of the scaler that each is for. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Asks as the identity of the deployment. */
  readonly identity?: boolean;
}
