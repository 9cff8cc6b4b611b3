import type { AskPrices } from '../domain/cost/price.ts';
import type { Dns } from '../outbound/dns.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { AppLogs } from './logs/ports.ts';

export type { Dns, DnsAnswer } from '../outbound/dns.ts';

/** What the activities need of Azure; small interfaces, implemented in this folder and faked by literals in tests. */

export interface ArmResource extends JsonObject {
  id: string;
}

/** A long-running operation in progress: plain JSON, so that any later call can go on with it. */
export interface ArmOperation {
  readonly method: 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** The resource path that was written. */
  readonly path: string;
  readonly apiVersion: string;
  readonly mode: 'status' | 'location' | 'resource';
  /** Status, location or resource URL; 3 to 4 KB on real ARM. Never logged, its api-version never rewritten. */
  readonly url: string;
  readonly startedAt: string;
  readonly correlationId?: string;
}

/** When to look at an operation again. */
export interface NextLook {
  readonly retryAfterInSeconds: number;
  /** Azure named no time: so much is usual. */
  readonly isUsual?: true;
}

export type ArmReply =
  | { readonly kind: 'done'; readonly status: number; readonly body: Json; readonly correlationId?: string }
  | ({ readonly kind: 'started'; readonly operation: ArmOperation } & NextLook);

export type ArmProgress =
  | ({ readonly kind: 'running' } & NextLook)
  /** For PUT and PATCH `body` is the resource, read once more after the end; for POST and DELETE the final answer. */
  | { readonly kind: 'succeeded'; readonly body: Json };

export interface ArmWriteOptions {
  /** False for POSTs that start something new each time: never repeated by the pipeline. */
  readonly repeatable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Azure Resource Manager. Paths are resource ids (`/subscriptions/…`), bodies are the wire form.
 * Every method throws AzureError (errors.ts) for an answer that is not a success.
 */
export interface Arm {
  /** Undefined for 404 only; a 403 is an error. */
  get(path: string, apiVersion: string): Promise<ArmResource | undefined>;
  /** All pages. `query` is added to the address, e.g. `$filter`. */
  list(path: string, apiVersion: string, query?: Readonly<Record<string, string>>): Promise<readonly ArmResource[]>;
  put(path: string, apiVersion: string, body: JsonObject, options?: ArmWriteOptions): Promise<ArmReply>;
  patch(path: string, apiVersion: string, body: JsonObject, options?: ArmWriteOptions): Promise<ArmReply>;
  post(path: string, apiVersion: string, body?: JsonObject, options?: ArmWriteOptions): Promise<ArmReply>;
  delete(path: string, apiVersion: string): Promise<ArmReply>;
  /** Polls the operation once. Throws AzureError, with nested details, when the operation failed. */
  poll(operation: ArmOperation): Promise<ArmProgress>;
}

/** Who we are, from the access token's claims. */
export interface Principal {
  readonly tenantId: string;
  readonly objectId: string;
  /** Absent for people: their grants leave the type out. */
  readonly principalType?: 'ServicePrincipal';
  readonly displayName?: string;
}

interface Subscription {
  readonly id: string;
  readonly displayName: string;
  readonly state: string;
}

/** @azure/arm-resources: subscriptions, providers, resource groups, generic lists. */
export interface ResourceManager {
  principal(): Promise<Principal>;
  subscriptions(): Promise<readonly Subscription[]>;
  /** `Registered`, `Registering`, `NotRegistered`… */
  providerState(subscriptionId: string, namespace: string): Promise<string>;
  registerProvider(subscriptionId: string, namespace: string): Promise<void>;
  /** One list call: all top-level resources of the group, with tags; undefined when the group does not exist. */
  listGroup(
    subscriptionId: string,
    resourceGroup: string,
    /** `$expand`, e.g. `createdTime`. */
    expand?: string,
  ): Promise<readonly ArmResource[] | undefined>;
}

export interface VaultSecret {
  readonly name: string;
  readonly value: string;
  /** Versioned URL. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is to be known of one version of a secret without its value. */
export interface SecretCondition {
  /** Versioned URL. */
  readonly id: string;
  /** Disabled ones cannot be read at all. */
  readonly enabled: boolean;
  /** ISO 8601. */
  readonly notBefore?: string;
  /** ISO 8601. */
  readonly expires?: string;
  /** `blank`: white space only. */
  readonly text: 'empty' | 'blank' | 'ends in a newline' | 'plain' | 'not to be read';
}

/** What a list of a vault tells of the newest version of a secret. */
export interface ListedSecret extends Pick<SecretCondition, 'enabled' | 'notBefore' | 'expires'> {
  readonly name: string;
  /** When the version, or what is said of it, was last changed: ISO 8601, by the vault's clock. */
  readonly updated?: string;
}

/** The data plane of one vault (@azure/keyvault-secrets). */
export interface Vault {
  /** All secrets that are not deleted, without their values. */
  list(): Promise<readonly ListedSecret[]>;
  /** Undefined when there is no such secret. */
  get(name: string): Promise<VaultSecret | undefined>;
  /** Undefined when there is no such secret, or no such version. @param version without: the newest */
  inspect(name: string, version?: string): Promise<SecretCondition | undefined>;
  set(name: string, value: string, tags?: Readonly<Record<string, string>>): Promise<VaultSecret>;
  /** Puts a soft-deleted secret of that name back; false when there is none. */
  recover(name: string): Promise<boolean>;
}

export interface RevisionView {
  readonly name: string;
  readonly active: boolean;
  readonly healthState: string;
  readonly runningState: string;
  readonly provisioningState: string;
  readonly replicas: number;
  readonly fqdn?: string;
  readonly createdTime?: string;
  readonly image?: string;
  /** Percent of the requests to the app's own address. */
  readonly trafficWeight: number;
  /** Wire form, as Azure keeps it. */
  readonly template: JsonObject;
}

export interface ReplicaView {
  readonly name: string;
  readonly runningState: string;
  readonly runningStateDetails?: string;
  readonly containers: readonly { readonly name: string; readonly ready: boolean; readonly restartCount: number }[];
}

export interface RevisionLogs {
  readonly system: readonly string[];
  readonly console: readonly string[];
}

export interface JobExecutionView {
  readonly name: string;
  /** Running | Processing | Stopped | Degraded | Failed | Unknown | Succeeded. */
  readonly status: string;
  readonly startTime?: string;
  readonly endTime?: string;
  /** Of the first container that did not end with 0; absent while none has ended, and where Azure does not tell. */
  readonly exitCode?: number;
  /** Environment variables of the execution's template, to recognise our own. */
  readonly env: Readonly<Record<string, string>>;
}

/** @azure/arm-appcontainers: what is below an app or a job. */
export interface ContainerApps {
  revision(subscriptionId: string, group: string, app: string, revision: string): Promise<RevisionView | undefined>;
  revisions(subscriptionId: string, group: string, app: string): Promise<readonly RevisionView[]>;
  replicas(subscriptionId: string, group: string, app: string, revision: string): Promise<readonly ReplicaView[]>;
  /**
   * The values of an app's or a job's own secrets, by their names; those of a vault stay there.
   * @param id of the app or the job
   */
  secretValues(id: string, apiVersion: string): Promise<ReadonlyMap<string, string>>;
  /** Starts or stops a revision's replicas; idempotent. */
  activate(subscriptionId: string, group: string, app: string, revision: string): Promise<void>;
  deactivate(subscriptionId: string, group: string, app: string, revision: string): Promise<void>;
  /** The last lines that the platform and the containers wrote about a revision; empty when Azure has none (yet). */
  revisionLogs(subscriptionId: string, group: string, app: string, revision: string): Promise<RevisionLogs>;
  executions(subscriptionId: string, group: string, job: string): Promise<readonly JobExecutionView[]>;
  execution(subscriptionId: string, group: string, job: string, name: string): Promise<JobExecutionView | undefined>;
  /** The last lines of the execution's console; empty when Azure has none (yet). Never throws for a missing log. */
  executionLog(subscriptionId: string, group: string, job: string, execution: string): Promise<readonly string[]>;
}

export interface BuildRun {
  readonly runId: string;
  /** Queued | Started | Running | Succeeded | Failed | Canceled | Error | Timeout. */
  readonly status: string;
  readonly digest?: string;
  readonly errorMessage?: string;
  /** `repository:tag` of the images it pushes. */
  readonly images: readonly string[];
  readonly createdAt?: string;
}

/** ACR quick builds and the registry's content, for one registry. */
export interface ImageRegistry {
  /**
   * Streams an archive to where builds of the registry find it, each to a place of its own. What reading it throws comes out as it is, and
   * nothing is uploaded then.
   * @param open called once, when it is this one's turn
   */
  uploadSource(open: () => Promise<AsyncIterable<Uint8Array>>): Promise<{ readonly sourceLocation: string }>;
  scheduleBuild(request: BuildRequest): Promise<BuildRun>;
  build(runId: string): Promise<BuildRun>;
  /** Newest first; to find a build whose answer was lost. */
  recentBuilds(): Promise<readonly BuildRun[]>;
  /** Log text from a byte offset; `complete` once the builder has closed the log. */
  buildLog(runId: string, offset: number): Promise<{ text: string; nextOffset: number; complete: boolean }>;
  /** A password with which docker signs in and pushes as the one who deploys: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md */
  signInToken(): Promise<string>;
  /** The manifest digest behind a tag; undefined when there is no such tag. */
  digestOf(repository: string, tag: string): Promise<string | undefined>;
}

/** How far the publication of an archive is; `unknown`: it is not told yet, or no longer; `busy`: another one was under way, and it never began. */
export type CodeProgress =
  | { readonly kind: 'running' | 'unknown' | 'busy' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly why: string };

/** The code of one Functions app. */
export interface CodeDeployment {
  /** Sends an archive, which takes the place of the one before. The same sent twice is the same. @returns the deployment's id */
  publish(archive: Uint8Array): Promise<string>;
  progress(deployment: string): Promise<CodeProgress>;
  /** Whether an archive is being published, whoever sent it. */
  isBusy(): Promise<boolean>;
}

/** What runs in a Functions app over days. */
export interface Orchestrations {
  /** Ids of some that have not ended; empty: there are none. Throws, too, while the host of the app does not run. */
  underWay(): Promise<readonly string[]>;
}

export interface BuildRequest {
  readonly sourceLocation: string;
  readonly dockerfile: string;
  /** `repository:tag`, without the login server. */
  readonly image: string;
  readonly timeoutInSeconds: number;
  readonly builder: 'classic' | 'buildkit';
  /** Whether the registry's scanner of base images reads the Dockerfile; only BuildKit can do without it. */
  readonly isScannable: boolean;
  readonly noCache: boolean;
  readonly target?: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Values by the ids that the Dockerfile mounts; only BuildKit has them. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** As whom an image is asked for; nobody: as everybody may. */
export type PullAccess =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Of a registry of Azure: as the one who deploys. */
  | { readonly kind: 'deployer' };

export type FoundImage =
  /** `linux/amd64` and the like. */
  | { readonly kind: 'found'; readonly platforms: readonly string[] }
  | { readonly kind: 'missing' }
  /** There is none, or not for who asks; registries do not say which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Looks at an image of any registry; never throws for what the registry does. @param image as in a container */
export type ImageLook = (image: string, access?: PullAccess) => Promise<FoundImage>;

export type ProbeResult =
  /** `date`: by the clock of whoever answered. */
  | { readonly kind: 'answered'; readonly status: number; readonly date?: Date }
  /** `code`: as in an AzureError. */
  | { readonly kind: 'unreachable'; readonly message: string; readonly code?: string };

interface SmokeAnswer {
  readonly status: number;
  /** At most the first 64 KiB. */
  readonly body: string;
}

/** HTTPS requests from where the deployer runs, as a user of the application would make them. */
export interface HttpProbe {
  get(url: string, timeoutInSeconds?: number): Promise<ProbeResult>;
  /** Undefined: no answer. */
  request(method: SmokeMethod, url: string): Promise<SmokeAnswer | undefined>;
}

export type SmokeMethod = 'GET' | 'HEAD' | 'POST' | 'OPTIONS';

/** Everything of Azure in one object; `connect.ts` makes it from cloud, credential and transport. */
export interface Azure {
  readonly arm: Arm;
  readonly resources: ResourceManager;
  readonly apps: ContainerApps;
  readonly logs: AppLogs;
  readonly probe: HttpProbe;
  readonly dns: Dns;
  vault(vaultUri: string): Vault;
  registry(registryId: string, loginServer: string): ImageRegistry;
  /** @param host of its deployments, as the app tells it */
  code(host: string): CodeDeployment;
  /** @param appId of a Functions app with durable ones */
  orchestrations(appId: string): Orchestrations;
  readonly lookAtImage: ImageLook;
  /** Retail prices, which are the same for everybody. */
  readonly askPrices: AskPrices;
  readonly cloud: CloudEndpoints;
}

/** Addresses of one Azure cloud. */
export interface CloudEndpoints {
  readonly name: 'AzureCloud' | 'AzureUSGovernment' | 'AzureChinaCloud';
  readonly resourceManager: string;
  readonly authority: string;
  /** Where the authority's tokens come from; the identity library knows. */
  readonly signIn: string;
  /** `.vault.azure.net` */
  readonly keyVaultSuffix: string;
  /** `.azurecr.io` */
  readonly registrySuffix: string;
  /** `core.windows.net` */
  readonly storageSuffix: string;
  /** `.azurewebsites.net`: of Functions apps and of their deployments */
  readonly sitesSuffix: string;
  /** `.azurecontainerapps.dev`; absent where nobody documents it, so that no token is sent there. */
  readonly logStreamSuffix?: string;
  /** Where Log Analytics is asked, and for whom its tokens are. */
  readonly logAnalytics: { readonly origin: string; readonly audience: string };
  readonly portal: string;
}
