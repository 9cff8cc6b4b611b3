import { LONGEST_LAG_IN_SECONDS } from '../../behaviour.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { listedResource } from '../listed-resource.ts';
import type { ResourceType } from '../resource-type.ts';

/** Takes a resource away with everything below it: children, and what is attached to it or to them. */
export function removeResource(world: World, resource: StoredResource, types: ReadonlyMap<string, ResourceType>): void {
  dropOne(world, resource, types);
  const prefix = `${resource.id.toLowerCase()}/`;
  for (const other of Object.values(world.state.resources)) {
    if (!other.id.toLowerCase().startsWith(prefix)) continue;
    if (types.get(other.type.toLowerCase())?.outlivesTarget) world.state.orphans[other.id.toLowerCase()] = other;
    dropOne(world, other, types);
  }
}

/** What outlived an earlier resource of this id, and is in force again as soon as there is one. */
export function takeOrphansBack({ state, index }: World, id: string): void {
  for (const [key, orphan] of Object.entries(state.orphans)) {
    if (targetOf(key) !== id.toLowerCase()) continue;
    delete state.orphans[key];
    index.keepResource(orphan);
  }
}

function targetOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/providers/'));
}

function dropOne(world: World, resource: StoredResource, types: ReadonlyMap<string, ResourceType>): void {
  const type = types.get(resource.type.toLowerCase());
  type?.remove?.(resource, world);
  if (type?.listed) keepGhost(world, resource);
  world.index.dropResource(resource.id);
}

/** What a lagging list still tells of a deleted resource, for as long as lists may lag. */
function keepGhost({ state, now }: World, resource: StoredResource): void {
  for (const [id, { deletedAt }] of Object.entries(state.ghosts)) {
    if (Date.parse(deletedAt) < now() - LONGEST_LAG_IN_SECONDS * 1000) delete state.ghosts[id];
  }
  const deletedAt = new Date(now()).toISOString();
  state.ghosts[resource.id.toLowerCase()] = { deletedAt, resource: listedResource(resource) };
}
