import type { StoredOperation, StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import type { ResourceType } from '../resource-type.ts';
import { advanceGroupDeletion, GROUP_TYPE, groupBlocked } from './group.ts';
import { removeResource } from './removal.ts';

/** Carries out what has come to its end by now: deletions remove, failures mark. */
export function settleOperations(world: World, types: ReadonlyMap<string, ResourceType>): void {
  for (const operation of world.index.unsettled()) {
    const isGroups = operation.kind === 'delete' && operation.type === GROUP_TYPE;
    if (isGroups) advanceGroupDeletion(world, operation, types);
    if (Date.parse(operation.endsAt) > world.now()) continue;
    operation.settled = true;
    const resource = world.resource(operation.resourceId);
    if (resource) settle(world, operation, resource, types);
    if (operation.comesBack && !operation.failure) bringBack(world, operation.comesBack);
  }
}

function settle(
  world: World,
  operation: StoredOperation,
  resource: StoredResource,
  types: ReadonlyMap<string, ResourceType>,
): void {
  const isDeletion = operation.kind === 'delete';
  const isGroups = isDeletion && operation.type === GROUP_TYPE;
  const blocked = isGroups ? groupBlocked(world, resource, types) : undefined;
  if (blocked) operation.failure ??= blocked;
  const leavesNothing = operation.kind === 'create' && types.get(operation.type.toLowerCase())?.style === 'location';
  if (operation.failure && leavesNothing) removeResource(world, resource, types);
  // A group is rolled back to the state it had before.
  else if (operation.failure) resource.failed = !isGroups;
  else if (isDeletion) removeResource(world, resource, types);
  else if (operation.kind !== 'action') delete resource.failed;
}

/** As somebody else makes it who wants the same one. */
function bringBack({ now, index }: World, { resource, tags }: NonNullable<StoredOperation['comesBack']>): void {
  const { operation: _operation, failed: _failed, ...rest } = structuredClone(resource);
  const at = new Date(now()).toISOString();
  index.keepResource({ ...rest, body: { ...rest.body, tags }, createdAt: at, updatedAt: at });
}
