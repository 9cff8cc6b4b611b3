import type { Clock } from '../shared/clock.ts';
import { isJsonObject } from '../shared/json.ts';
import { sicknessOrders, variedSeconds } from './behaviour.ts';
import { createCloudIndex } from './cloud-index.ts';
import type { CloudResource } from './container-apps/cloud.ts';
import { resolve } from './dns/public-dns.ts';
import { customDomainVerificationId } from './issued-key.ts';
import { isAdminUser } from './registry/credentials.ts';
import { roleHolders } from './roles.ts';
import { mountFailure } from './storage/share-mount.ts';
import type { CloudStore, StoredResource } from './store.ts';
import { type Latency, provisioningState, type World } from './world.ts';

/** The world over a store, by a clock. */
export function createWorld(store: CloudStore, latency: Latency, clock: Clock): World {
  const { state } = store;
  const index = createCloudIndex(state);
  const requests = new Map<string, number>();
  let past: number | undefined;
  const world: World = {
    state,
    store,
    index,
    latency,
    listeners: {},
    now: () => past ?? clock.now().getTime(),
    at(moment, act) {
      const before = past;
      past = moment;
      try {
        act();
      } finally {
        past = before;
      }
    },
    duration: (seconds) => (latency.profile === 'instant' ? 0 : (seconds * 1000) / latency.speed),
    varied: (seconds) => variedSeconds(state.behaviour, seconds),
    countRequest(appId) {
      const before = requests.get(appId) ?? 0;
      requests.set(appId, before + 1);
      return before;
    },
    resource: (id) => state.resources[id.toLowerCase()],
    resourcesOfType: (type) => index.ofType(type),
    resourcesAround: (id) => index.around(id),
    cloud: () => ({
      now: world.now(),
      duration: world.duration,
      varied: world.varied,
      resource: (id) => asCloudResource(world.resource(id), world),
      resourcesOfType: (type) => world.resourcesOfType(type).flatMap((one) => asCloudResource(one, world) ?? []),
      hasRole: (principal, scope, roles) => roleHolders(world, principal, scope).some((role) => roles.includes(role)),
      secretsOf: (vaultId) => state.secrets[vaultId.toLowerCase()] ?? {},
      contentOf: (registryId) => state.registries[registryId.toLowerCase()],
      mountFailure: (storageId) => mountFailure(world, storageId),
      isRegistryUser(registryId, username, password) {
        const registry = world.resource(registryId);
        return registry !== undefined && isAdminUser(world, registry, username, password);
      },
      foreignImages: state.behaviour.images,
      lookup: (name, type) =>
        resolve(world, name, type).answers.flatMap((one) => (one.type === type ? [one.data] : [])),
      customDomainVerificationId: customDomainVerificationId(state),
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
