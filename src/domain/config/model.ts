import type { CostConfig } from '../cost/assumptions.ts';
import type { DriftCheckConfig } from '../drift-check/schedule.ts';
import type { GenericResources } from '../generic/generic-config.ts';
import type { NotificationConfig } from '../notices/notice.ts';
import type { SectionName, Unasked } from '../sections/names.ts';
import type { Templates } from '../templates/template-config.ts';
import type { CodedWarning } from '../warnings/warning-codes.ts';
import type {
  BuildSettings,
  JobConfig,
  NetworkRules,
  PostgresqlChoices,
  RegistryAccess,
  StorageConfig,
} from './model-choices.ts';
import type { IngressSettings, ServiceContainers, ServiceProbes } from './service/service-containers.ts';
import type { ScaleConfig } from './service/service-scale.ts';

/**
 * The normalized configuration: every default filled in, every name in camelCase, no secret value anywhere.
 * `normalize.ts` makes it from the user's YAML; the rest of the product reads nothing else.
 */
export interface DeploymentConfig {
  readonly azure: {
    /** Absent: the only subscription the credential can see. */
    readonly subscriptionId?: string;
    readonly resourceGroup: string;
    readonly location: string;
    readonly projectName: string;
  };
  /** The region of each kind of resource; `locations.default` and `azure.location` fill what is not given. */
  readonly locations: Locations;
  readonly tags: Readonly<Record<string, string>>;
  readonly monitoring: { readonly logWorkspace: string; readonly appInsights: string };
  readonly containerRegistry: {
    readonly name: string;
    readonly sku: 'Basic' | 'Standard' | 'Premium';
    readonly networkRules?: NetworkRules;
  };
  readonly keyVault: { readonly name: string; readonly networkRules?: NetworkRules };
  readonly postgresql: PostgresqlChoices & {
    readonly serverName: string;
    readonly databaseName: string;
    readonly adminUser: string;
    readonly sku: string;
    /** What the original script deployed, where the configuration names another `sku` as well. */
    readonly postgresSku?: string;
    readonly tier: 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized';
    readonly version: string;
    readonly storageSizeInGb: number;
  };
  readonly redis: {
    readonly name: string;
    readonly sku: 'Basic' | 'Standard' | 'Premium';
    /** `c0` … `c6` (Premium: `p1` … `p5`), as in the original configuration. */
    readonly vmSize: string;
    /** `auto`: reuse a classic cache of that name, else make an Azure Managed Redis. */
    readonly kind: 'auto' | 'classic' | 'managed';
    readonly publicAccess?: boolean;
  };
  readonly containerApps: {
    readonly environmentName: string;
    /** Id of the subnet in which the environment lies; fixed when it is made. Absent: in none of ours. */
    readonly subnet?: string;
    /** There is none, and nothing that would be in it. */
    readonly isLeftOut?: true;
  };
  /** Absent: not asked for. */
  readonly storage?: StorageConfig;
  readonly services: {
    /** Services with an `image` of their own (RabbitMQ, Qdrant), in the order of the file. */
    readonly infrastructure: readonly ServiceConfig[];
    /** Services built from a Dockerfile, in the order of the file. */
    readonly application: readonly ServiceConfig[];
  };
  /** Absent where there are none, in the order of the file. */
  readonly jobs?: readonly JobConfig[];
  /** Every secret of the vault that the configuration names, by vault name (`GEMINI-API-KEY`). */
  readonly secrets: Readonly<Record<string, SecretSetting>>;
  readonly docker: {
    /** Present: images are taken prebuilt from this registry. */
    readonly registry?: { readonly server: string; readonly username?: string };
    /** `https://host/org/repo.git#ref`: the builder fetches the sources from there. */
    readonly source?: string;
    /** Relative to the source directory, or to the repository. */
    readonly buildContext: string;
    readonly platform: { readonly os: 'Linux'; readonly architecture: 'amd64' };
    /** Absent: the registry builds; else the docker of the machine from which is deployed. */
    readonly builder?: 'local';
  };
  /** How images of others' registries are pulled, by server; absent: the file says nothing of any. */
  readonly registries?: Readonly<Record<string, RegistryAccess>>;
  readonly release: ReleaseConfig;
  /** Absent: the file says nothing of money. No part of any fingerprint. */
  readonly cost?: CostConfig;
  /** Webhooks by their names; absent: nobody is told. No part of any fingerprint. */
  readonly notifications?: Readonly<Record<string, NotificationConfig>>;
  /** A drift check by the clock; absent: none. No part of any fingerprint. */
  readonly drift?: DriftCheckConfig;
  /** Codes of warnings that are told no more. No part of any fingerprint. */
  readonly acknowledge?: readonly string[];
  readonly networking: {
    readonly corsOrigin: string;
    readonly swaggerEnabled: boolean;
    /** Without a leading slash. */
    readonly swaggerPath: string;
  };
  readonly deployment: {
    readonly skipBuild: boolean;
    readonly skipMigrations: boolean;
    readonly dryRun: boolean;
    /** Absent where the configuration does not say: then the trigger of the run decides. */
    readonly autoApprove?: boolean;
    readonly verbose: boolean;
    readonly resume: boolean;
  };
  readonly advanced: {
    readonly retryAttempts: number;
    readonly retryDelayInSeconds: number;
    /** Can only raise the limit that each kind of operation has. */
    readonly operationTimeoutInSeconds: number;
    /** How long a run waits for DNS records; absent: DEFAULT_DOMAIN_TIMEOUT_IN_SECONDS. */
    readonly domainTimeoutInSeconds?: number;
    readonly cleanupOnFailure: boolean;
    readonly stateStorage: 'local' | 'blob';
    readonly stateFile: string;
    readonly stateBlob: { readonly account?: string; readonly container: string; readonly name: string };
  };
  /** Fields that are left alone: key of a resource, a space, path in its body. */
  readonly preserve?: readonly string[];
  /** Resources of any type, by names of the user; absent: none. */
  readonly resources?: GenericResources;
  /** Templates that a step deploys, by names of the user; absent: none. */
  readonly templates?: Templates;
  /**
   * Sections that the file does not ask for, and why; those have the values that they would have by default. Absent in
   * configurations stored before sections could be left out: they asked for all.
   */
  readonly unasked?: Readonly<Partial<Record<SectionName, Unasked>>>;
  /** What is called after the environment, since the file has overlays and gives it no name; absent: nothing is. */
  readonly naming?: EnvironmentNaming;
  /**
   * The keys that have a value in the file, dotted, as the user wrote them; sorted. Absent in configurations stored before
   * they were remembered. See provenance.ts; no part of any fingerprint.
   */
  readonly written?: readonly string[];
}

/** Defaulted names that end in the environment's, so that environments of one file do not meet at one name. */
export interface EnvironmentNaming {
  readonly environment: string;
  /** Keys of the resources that are called so: `postgresql`, `redis`. */
  readonly resources: readonly string[];
  /** The environment whose overlay this one is made from; absent: it has its own. */
  readonly from?: string;
}

export interface Locations {
  readonly resourceGroup: string;
  readonly monitoring: string;
  readonly containerRegistry: string;
  readonly keyVault: string;
  readonly postgresql: string;
  readonly redis: string;
  readonly containerApps: string;
  /** Absent: that of the deployment. */
  readonly storage?: string;
}

/**
 * Where the value of a secret comes from. A `literal` is in the configuration text and nowhere else:
 * `path` (`secrets.gemini_api_key`) is the key under which the SecretSource of this process holds it.
 */
export type SecretSetting =
  | { readonly source: 'generated' }
  | { readonly source: 'environment'; readonly variable: string }
  | { readonly source: 'vault'; readonly name: string }
  | { readonly source: 'literal'; readonly path: string }
  /** A text with references, as it is written; of what resources answer to an action only the vault gets the values. */
  | { readonly source: 'reference'; readonly text: string };

export interface ServiceConfig extends ServiceContainers, IngressSettings {
  /** The key under `services`, e.g. `api_gateway`. */
  readonly key: string;
  /** The container app's name, e.g. `api-gateway`. */
  readonly name: string;
  readonly kind: 'application' | 'infrastructure';
  /** Infrastructure services; application services whose image is prebuilt elsewhere. */
  readonly image?: string;
  /** Application services, relative to the build context. */
  readonly dockerfile?: string;
  /** Absent: no more is said of the build than its Dockerfile. */
  readonly build?: BuildSettings;
  /** Absent: a worker, which nobody calls. */
  readonly port?: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Absent: Azure's own rule, by requests where there is an ingress. */
  readonly scale?: ScaleConfig;
  readonly ingress: 'external' | 'internal' | 'none';
  readonly transport: 'http' | 'http2' | 'tcp';
  /** Absolute path answered with 2xx by a healthy replica; absent: a TCP check of the port. */
  readonly healthPath?: string;
  readonly migration?: {
    readonly command: readonly string[];
    /** Files or folders of the build context without which a default migration is skipped. */
    readonly requires: readonly string[];
    /** True when it comes from our defaults for the services of the original script, not from the user. */
    readonly isDefault: boolean;
  };
  /** Absent: all three where there is a port, on the health path or over tcp, and none where there is no port. */
  readonly probes?: ServiceProbes;
  /** What a replica gets from the signal to end until it is killed. */
  readonly terminationGraceInSeconds?: number;
  /** Keys of services that are released before it, besides those that its variables name. */
  readonly dependsOn?: readonly string[];
  /** Reads queues from its first second, with or without traffic. */
  readonly consumer: boolean;
  /** What a new revision must answer before it gets traffic. */
  readonly smoke?: readonly SmokeRequest[];
}

/** How a new revision gets its traffic. */
export interface ReleaseConfig {
  /** `switch`: all at once; `canary`: in `steps`, each watched for the bake time. */
  readonly strategy: 'switch' | 'canary';
  /** Percent, rising, the last one 100. */
  readonly steps: readonly number[];
  readonly bakeTimeInSeconds: number;
  /** How long a new revision may take to be healthy. */
  readonly healthTimeoutInSeconds: number;
  readonly onFailure: 'rollback' | 'keep';
  /** Has `sh` and `curl`; asks internal services from within the environment. */
  readonly smokeImage: string;
  /** Inactive revisions that each app keeps. */
  readonly keep: number;
}

export interface SmokeRequest {
  /** With a leading slash; may have a query. */
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  /** Absent: any 2xx. */
  readonly status?: number;
  readonly contains?: string;
}

/** Everything a parse gives: the model, what to tell the user, and the literal secrets, which stay in memory. */
export interface ParsedConfig {
  readonly config: DeploymentConfig;
  readonly warnings: readonly ConfigWarning[];
  /** Literal secret values by configuration path. Never stored, logged or passed on. */
  readonly literals: ReadonlyMap<string, string>;
  /** SHA-256 of the canonical JSON of `config`. */
  readonly digest: string;
  /** What is wrong only as long as the environment does not have a section of which the file says nothing. */
  readonly needs: readonly SectionNeed[];
}

/** A place that needs a section. */
interface SectionNeed extends ConfigProblem {
  readonly section: SectionName;
}

export interface ConfigProblem {
  /** Dotted path, `services.api_gateway.port`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** Where it is not in the configuration file itself, but in an overlay beside it. */
  readonly file?: string;
}

/** What is not wrong, and can be acknowledged. */
export interface ConfigWarning extends ConfigProblem {
  readonly message: CodedWarning;
}
