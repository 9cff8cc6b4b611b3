import type { CloudIndex } from './cloud-index.ts';
import type { Cloud } from './container-apps/cloud.ts';
import type { CloudState, CloudStore, StoredResource } from './store.ts';

export interface Latency {
  /** `instant`: operations end at once, yet are looked at once. `realistic`: durations of Azure divided by the factor. */
  readonly profile: 'instant' | 'realistic';
  readonly speed: number;
}

/** What one request sees and changes: the state, the time, and how long things take. */
export interface World {
  readonly state: CloudState;
  readonly store: CloudStore;
  readonly index: CloudIndex;
  readonly latency: Latency;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that so many seconds of Azure take here. */
  duration(seconds: number): number;
  /** How many requests the ingress has sent to this app before; kept in memory only. */
  countRequest(appId: string): number;
  resource(id: string): StoredResource | undefined;
  resourcesOfType(type: string): readonly StoredResource[];
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
