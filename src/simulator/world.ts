import type { CloudIndex } from './cloud-index.ts';
import type { Cloud } from './container-apps/cloud.ts';
import type { Fault } from './faults.ts';
import type { BlobCreated } from './storage/blobs/blob-record.ts';
import type { CloudState, CloudStore, StoredOperation, StoredResource } from './store.ts';

export interface Latency {
  /** `instant`: operations end at once, yet are looked at once. `realistic`: durations of Azure divided by the factor. */
  readonly profile: 'instant' | 'realistic';
  readonly speed: number;
}

/** Each is told within the request that did it, and does what takes time afterwards. */
interface Listeners {
  /** Something of a function app's has changed: its code, settings, keys, identity, or whether it shall run. */
  appChanged?(siteId: string): void;
  /** A resource is about to be written for a deployment of a template: what goes wrong with that write, as with one that is asked for. */
  faultOfWrite?(path: string): Fault | undefined;
  /** A blob of a storage account has its content. */
  blobCreated?(event: BlobCreated): void;
  /** An event subscription was written, and the operation is at its end when the endpoint has answered. */
  subscriptionBegun?(subscriptionId: string, operation: StoredOperation): void;
}

/** What one request sees and changes: the state, the time, and how long things take. */
export interface World {
  readonly state: CloudState;
  readonly store: CloudStore;
  readonly index: CloudIndex;
  readonly latency: Latency;
  /** Milliseconds since 1970. */
  now(): number;
  /** Does something as at another moment, for what has happened since the last request. */
  at(moment: number, act: () => void): void;
  /** Milliseconds that so many seconds of Azure take here. */
  duration(seconds: number): number;
  /** So many seconds of Azure as they are this time: what takes its time does not always take the same. */
  varied(seconds: number): number;
  /** How many requests the ingress has sent to this app before; kept in memory only. */
  countRequest(appId: string): number;
  resource(id: string): StoredResource | undefined;
  resourcesOfType(type: string): readonly StoredResource[];
  /** Those of the group that an id lies in; of an id that lies in none, those that lie in none. */
  resourcesAround(id: string): readonly StoredResource[];
  /** Who is told of what happens in the cloud and reaches beyond it: what hosts apps, what delivers events. */
  readonly listeners: Listeners;
  /** The cloud as it is at this moment, for the rules of the services. */
  cloud(): Cloud;
}

export function provisioningState(resource: StoredResource, world: World): string {
  const operation = resource.operation === undefined ? undefined : world.state.operations[resource.operation];
  if (operation && !operation.settled && Date.parse(operation.endsAt) > world.now()) {
    return { create: 'Creating', update: 'Updating', delete: 'Deleting', action: 'Updating' }[operation.kind];
  }
  return resource.failed ? 'Failed' : 'Succeeded';
}
