import type { STORAGE_SKUS, WEEKDAYS } from './schema/resource-schema.ts';
import type { ServiceContainers } from './service/service-containers.ts';
import type { EventScale } from './service/service-scale.ts';

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
  /** Beside the one that connection strings name by default. */
  readonly databases?: readonly string[];
  /** What the databases of the server may be extended with, in lower case. */
  readonly extensions?: readonly string[];
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

/** An account for files of the applications, with what lies in it; all by the names that Azure has. */
export interface StorageConfig {
  readonly account: string;
  readonly sku: StorageSku;
  /** Of blobs. */
  readonly containers: readonly string[];
  readonly queues: readonly string[];
  readonly shares: Readonly<Record<string, ShareConfig>>;
}

type StorageSku = (typeof STORAGE_SKUS)[number];

export interface ShareConfig {
  /** In GiB. */
  readonly quotaInGb: number;
  readonly protocol: 'smb' | 'nfs';
}

/** Each as far as it is given. */
export interface NetworkRules {
  readonly defaultAction?: 'Allow' | 'Deny';
  /** IPv4 addresses and CIDR ranges that are let in. */
  readonly ipRules?: readonly string[];
  readonly bypass?: 'AzureServices' | 'None';
}

/** How images of a registry are pulled. */
export type RegistryAccess =
  /** `secret`: the name of the password in the vault. */
  | { readonly kind: 'password'; readonly username: string; readonly secret: string }
  /** As the applications' identity, which is let in where the registry's id is known; else somebody else does that. */
  | { readonly kind: 'identity'; readonly registryId?: string };

/** What is said of the build of one image; nothing that is not given has a member. */
export interface BuildSettings {
  /** Relative to the source directory, or to the repository; absent: that of `docker`. */
  readonly context?: string;
  /** Name of the stage to build. */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Id that the Dockerfile mounts → name of a secret in the vault. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly builder?: 'classic' | 'buildkit';
}

/** What runs to its end and is gone, beside the services. Neither `schedule` nor `event`: somebody starts it. */
export interface JobConfig extends Omit<ServiceContainers, 'sidecars'> {
  /** The key under `jobs`. */
  readonly key: string;
  /** Of the Container Apps job. */
  readonly name: string;
  /** Prebuilt elsewhere. */
  readonly image?: string;
  /** Relative to the build context. */
  readonly dockerfile?: string;
  /** Absent: no more is said of the build than its Dockerfile. */
  readonly build?: BuildSettings;
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
  /** Scalers of KEDA, by names of the user. */
  readonly rules: Readonly<Record<string, EventScale>>;
  readonly minExecutions: number;
  readonly maxExecutions: number;
  readonly pollingIntervalInSeconds: number;
}
