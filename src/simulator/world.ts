import type { Clock } from '../shared/clock.ts';
import { isJsonObject } from '../shared/json.ts';
import { sicknessOrders } from './behaviour.ts';
import { type CloudIndex, createCloudIndex } from './cloud-index.ts';
import type { Cloud, CloudResource } from './container-apps/cloud.ts';
import { roleHolders } from './roles.ts';
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

export function createWorld(store: CloudStore, latency: Latency, clock: Clock): World {
  const { state } = store;
  const index = createCloudIndex(state);
  const requests = new Map<string, number>();
  const world: World = {
    state,
    store,
    index,
    latency,
    now: () => clock.now().getTime(),
    duration: (seconds) => (latency.profile === 'instant' ? 0 : (seconds * 1000) / latency.speed),
    countRequest(appId) {
      const before = requests.get(appId) ?? 0;
      requests.set(appId, before + 1);
      return before;
    },
    resource: (id) => state.resources[id.toLowerCase()],
    resourcesOfType: (type) => index.ofType(type),
    cloud: () => ({
      now: world.now(),
      duration: world.duration,
      resource: (id) => asCloudResource(world.resource(id), world),
      resourcesOfType: (type) => world.resourcesOfType(type).flatMap((one) => asCloudResource(one, world) ?? []),
      hasRole: (principal, scope, roles) => roleHolders(world, principal, scope).some((role) => roles.includes(role)),
      secretsOf: (vaultId) => state.secrets[vaultId.toLowerCase()] ?? {},
      contentOf: (registryId) => state.registries[registryId.toLowerCase()],
      unhealthy: sicknessOrders(state.behaviour),
    }),
  };
  return world;
}

/** With the provisioning state of this moment: some rules look at it. */
function asCloudResource(resource: StoredResource | undefined, world: World): CloudResource | undefined {
  if (!resource) return undefined;
  const { id, name, body } = resource;
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return {
    id,
    name,
    body: { ...body, properties: { ...properties, provisioningState: provisioningState(resource, world) } },
  };
}

export function provisioningState(resource: StoredResource, world: World): string {
  const operation = resource.operation === undefined ? undefined : world.state.operations[resource.operation];
  if (operation && !operation.settled && Date.parse(operation.endsAt) > world.now()) {
    return { create: 'Creating', update: 'Updating', delete: 'Deleting', action: 'Updating' }[operation.kind];
  }
  return resource.failed ? 'Failed' : 'Succeeded';
}
