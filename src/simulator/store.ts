import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../shared/json.ts';
import type { ListedResource } from './arm/listed-resource.ts';
import { type Behaviour, wellBehaved } from './behaviour.ts';
import { type Collections, type WatchedState, watchState } from './cloud-file/changes.ts';
import { type Journal, openJournal, readCloudFile } from './cloud-file/journal.ts';
import type { DnsState } from './dns/orders.ts';
import type { EventDelivery } from './event-grid/event.ts';
import type { SecretStore } from './key-vault/secret-store.ts';
import type { Refusal } from './refusal.ts';
import { type BlobStore, openBlobStore } from './registry/blob-store.ts';
import type { RegistryContent } from './registry/content.ts';
import type { LogMark } from './request-log.ts';
import type { BlobRecord, BlockState } from './storage/blobs/blob-record.ts';
import type { DeploymentRun } from './templates/running/deployment-run.ts';
import type { KeptLog } from './workload-logs/sent-line.ts';

/** A resource as it is kept: what was sent, with what Azure added to it. */
export interface StoredResource {
  /** As first written; compared without case. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  body: JsonObject;
  /** What a type keeps beside the body. */
  extra: JsonObject;
  readonly createdAt: string;
  updatedAt: string;
  /** The operation that works on it, or was the last to. */
  operation?: string;
  failed?: boolean;
}

export interface StoredOperation {
  readonly id: string;
  readonly kind: 'create' | 'update' | 'delete' | 'action';
  readonly resourceId: string;
  readonly type: string;
  readonly location: string;
  readonly apiVersion: string;
  /** ISO 8601; a look at the operation before `endsAt` finds it running. */
  readonly startedAt: string;
  endsAt: string;
  failure?: Refusal;
  result?: JsonObject;
  /** It ends with an answer from outside, and whoever waits looks again so soon. */
  retryInMs?: number;
  /** Azure has forgotten it. */
  vanished?: boolean;
  /** Its end was carried out. */
  settled?: boolean;
  /** Of a group's deletion: what goes together, and after what; ids in lower case. */
  order?: string[][];
  /** Of a deletion: what somebody else makes again as soon as it is gone. */
  comesBack?: { readonly resource: StoredResource; readonly tags: JsonObject };
}

/** A resource that was deleted and can be had back. */
export interface DeletedResource {
  readonly resource: StoredResource;
  readonly deletedAt: string;
}

/** The backups of a dropped server. */
interface DroppedServer extends DeletedResource {
  readonly databases: readonly string[];
}

interface Ghost {
  readonly resource: ListedResource;
  readonly deletedAt: string;
}

/** The whole simulated cloud; plain JSON. */
export interface CloudState {
  readonly version: 1;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Object id of the simulated deployer. */
  readonly deployerId: string;
  /** From then on the deployer's secret is refused; ISO 8601. */
  clientSecretExpires?: string;
  /** Signs tokens. */
  readonly signingKey: string;
  /** Namespace → when its registration is over. */
  readonly providers: Record<string, string>;
  /** By lower-case id. */
  readonly resources: Record<string, StoredResource>;
  readonly operations: Record<string, StoredOperation>;
  /** Deleted resources that lagging lists still tell, by lower-case id. */
  readonly ghosts: Record<string, Ghost>;
  /** What was attached to deleted resources and comes back with them, by lower-case id. */
  readonly orphans: Record<string, StoredResource>;
  /** By lower-case name; those of other subscriptions hold their names here, too. */
  readonly deletedVaults: Record<string, DeletedResource>;
  /** By lower-case id. */
  readonly deletedWorkspaces: Record<string, DeletedResource>;
  /** Of Cognitive Services, by lower-case id. */
  readonly deletedAccounts: Record<string, DeletedResource>;
  /** By lower-case id. */
  readonly droppedServers: Record<string, DroppedServer>;
  /** Tags of the subscription itself. */
  subscriptionTags: JsonObject;
  /** Tags that were defined before anything had them, with their values. */
  readonly tagNames: Record<string, string[]>;
  /** Vault id (lower case) → its secrets. */
  readonly secrets: Record<string, SecretStore>;
  /** Registry id (lower case) → its runs and images. */
  readonly registries: Record<string, RegistryContent>;
  /** Deployments of templates by lower-case id: what is under way, and what is remembered of those that ended. */
  readonly deploymentRuns: Record<string, DeploymentRun>;
  /** Container id (lower case) of a storage account → its blobs by name. */
  readonly accountBlobs: Record<string, Record<string, BlobRecord>>;
  /** Id of an app or a job (lower case) → what it wrote and must be remembered, also after its end. */
  readonly logs: Record<string, KeptLog>;
  /** Blocks of the sources of builds, by `container/path` of their blob. */
  readonly lentBlocks: Record<string, BlockState>;
  /** Events that wait for their next delivery. */
  eventDeliveries: EventDelivery[];
  /** `host/repository` → names of the images of it, in registries that are not Azure's, that somebody has read. */
  readonly foreignReferences: Record<string, string[]>;
  behaviour: Behaviour;
  /** Of the public DNS, what is in no zone of Azure DNS. */
  readonly dns: DnsState;
  requestLog?: LogMark;
}

export interface CloudStore {
  /** In a file it is watched: what has changed is written, and no more. */
  readonly state: CloudState;
  /** The same, for whoever changes nothing and needs plain objects. */
  readonly plain: CloudState;
  /** Sources and layers of registries. */
  readonly blobs: BlobStore;
  /** What is in the blobs of storage accounts, and nothing of it is forgotten. */
  readonly data: BlobStore;
  /**
   * Resolves when everything that was changed before the call is written; a request that changed something is answered
   * only then. Calls that come while something is being written share the next writing.
   */
  save(): Promise<void>;
  /** Resolves when all that `save` was called for is written. */
  written(): Promise<void>;
  /** Another request is carried out from now on: no more than one at a time is. */
  nextTurn(): void;
  /** The state was changed by hand, anywhere in it: the next writing writes all of it. */
  changedThroughout(): void;
  /** Leaves one file with all of the state. */
  close(): Promise<void>;
}

const NEVER_WRITTEN: Pick<CloudStore, 'save' | 'written' | 'nextTurn' | 'changedThroughout' | 'close'> = {
  save: () => Promise.resolve(),
  written: () => Promise.resolve(),
  nextTurn: () => undefined,
  changedThroughout: () => undefined,
  close: () => Promise.resolve(),
};

/** Which members of the state are records of entries, and how these are changed. */
const COLLECTIONS: Collections = {
  replaced: ['resources', 'operations'],
  lookedUp: [
    ...['providers', 'ghosts', 'orphans', 'deletedVaults', 'deletedWorkspaces', 'deletedAccounts', 'droppedServers'],
    ...['tagNames', 'secrets', 'registries', 'deploymentRuns', 'accountBlobs', 'logs', 'foreignReferences'],
  ],
};

/** Opens the cloud of a file, or a new one in memory. */
export function openCloudStore(path: string | undefined): CloudStore {
  const kept = path === undefined ? {} : ((readCloudFile(path) ?? {}) as Partial<CloudState>);
  // A file of an earlier version may lack what came later.
  const plain: CloudState = { ...newCloud(), ...kept, behaviour: { ...wellBehaved(), ...kept.behaviour } };
  const blobs = openBlobStore(path && `${path}.blobs`);
  const data = openBlobStore(path && `${path}.data`, Number.POSITIVE_INFINITY);
  if (path === undefined) return { state: plain, plain, blobs, data, ...NEVER_WRITTEN };
  const { state, nextTurn, ...watched } = watchState(plain, COLLECTIONS);
  return { state, plain, blobs, data, nextTurn, ...writesOf(openJournal(path), plain, watched) };
}

/** Another cloud in memory, as that one is by now. */
export function copyCloudStore({ plain, blobs, data }: CloudStore): CloudStore {
  const copy = structuredClone(plain);
  return { state: copy, plain: copy, blobs: blobs.copy(), data: data.copy(), ...NEVER_WRITTEN };
}

/** One writing at a time; whoever asks while one is under way gets the next, which begins after it. */
function writesOf(
  journal: Journal,
  plain: CloudState,
  { take, putBack }: Pick<WatchedState<CloudState>, 'take' | 'putBack'>,
): Pick<CloudStore, 'save' | 'written' | 'changedThroughout' | 'close'> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let isChangedThroughout = false;
  const whole = (): string => JSON.stringify(plain);
  const begin = async (): Promise<void> => {
    next = undefined;
    const changes = take();
    const isWhole = isChangedThroughout;
    isChangedThroughout = false;
    try {
      await (isWhole ? journal.writeWhole(whole) : journal.write(changes, whole));
    } catch (error) {
      isChangedThroughout ||= isWhole;
      putBack(changes);
      throw error;
    }
  };
  const save = (): Promise<void> => {
    if (next) return next;
    // A failure is its own callers' matter; the next ones try again.
    next = last.then(begin, begin);
    last = next;
    return next;
  };
  const end = (): Promise<void> => journal.close(whole);
  return {
    save,
    written: () => last,
    changedThroughout() {
      isChangedThroughout = true;
    },
    close() {
      void save();
      last = last.then(end, end);
      return last;
    },
  };
}

function newCloud(): CloudState {
  return {
    version: 1,
    tenantId: randomUUID(),
    subscriptionId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomUUID(),
    deployerId: randomUUID(),
    signingKey: randomUUID(),
    providers: {},
    resources: {},
    operations: {},
    ghosts: {},
    orphans: {},
    deletedVaults: {},
    deletedWorkspaces: {},
    deletedAccounts: {},
    droppedServers: {},
    subscriptionTags: {},
    tagNames: {},
    secrets: {},
    registries: {},
    deploymentRuns: {},
    accountBlobs: {},
    logs: {},
    lentBlocks: {},
    eventDeliveries: [],
    foreignReferences: {},
    behaviour: wellBehaved(),
    dns: { records: [], undelegated: [] },
  };
}
