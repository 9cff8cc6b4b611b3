import { randomUUID } from 'node:crypto';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredOperation, StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import type { ResourceType } from '../resource-type.ts';
import { removeResource } from './removal.ts';

export const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';

/**
 * What is in a group in the order in which it goes: what nothing else needs first, then what only that needed, and so on
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group#how-order-of-deletion-is-determined).
 * A resource needs another whose id, or that of something below it, stands in its body, and the one that it is below itself.
 *
 * @returns ids of top-level resources; all else goes with them
 */
export function deletionOrder(world: World, groupId: string, types: ReadonlyMap<string, ResourceType>): string[][] {
  const prefix = `${groupId.toLowerCase()}/`;
  let left = Object.entries(world.state.resources)
    .filter(([id, { type }]) => id.startsWith(prefix) && types.get(type.toLowerCase())?.listed)
    .map(([id, { body }]) => ({ id, body: JSON.stringify(body).toLowerCase() }));
  const order: string[][] = [];
  while (left.length > 0) {
    const free = left.filter(({ id }) => !left.some((other) => other.id !== id && needs(other, id)));
    // Those that need each other go together.
    const next = free.length > 0 ? free : left;
    order.push(next.map(({ id }) => id));
    left = left.filter((one) => !next.includes(one));
  }
  return order;
}

/** All in lower case. */
function needs(other: { readonly id: string; readonly body: string }, id: string): boolean {
  return other.body.includes(`"${id}"`) || other.body.includes(`"${id}/`) || other.id.startsWith(`${id}/`);
}

/**
 * Carries out what is due by now of a group's deletion. What cannot be deleted stays. What the operation is doomed to fail
 * for comes when half of the group is gone.
 */
export function advanceGroupDeletion(
  world: World,
  operation: StoredOperation,
  types: ReadonlyMap<string, ResourceType>,
): void {
  const { order = [], failure } = operation;
  const reached = failure ? Math.floor(order.length / 2) : order.length;
  const due = order.slice(0, reached).filter((_, step) => isDue(world, operation, step, types));
  for (const id of due.flat()) {
    const resource = world.resource(id);
    if (resource && !problemOf(world, resource, types)) removeResource(world, resource, types);
  }
}

/** The last step takes as long as the operation, whatever it was told to last. */
function isDue(world: World, operation: StoredOperation, step: number, types: ReadonlyMap<string, ResourceType>) {
  const { order = [], startedAt, endsAt } = operation;
  if (step === order.length - 1) return Date.parse(endsAt) <= world.now();
  const seconds = types.get(operation.type.toLowerCase())?.seconds.delete ?? 0;
  return Date.parse(startedAt) + (world.duration(seconds) * (step + 1)) / order.length <= world.now();
}

/**
 * Why the group stays at the end; the words: https://github.com/MicrosoftDocs/azure-docs/issues/52282 and
 * https://github.com/Azure/bicep-registry-modules/pull/1607.
 */
export function groupBlocked(
  world: World,
  group: StoredResource,
  types: ReadonlyMap<string, ResourceType>,
): Refusal | undefined {
  const prefix = `${group.id.toLowerCase()}/`;
  const kept = Object.entries(world.state.resources).flatMap(([id, resource]) => {
    const problem = id.startsWith(prefix) ? problemOf(world, resource, types) : undefined;
    return problem ? [{ resource, problem }] : [];
  });
  if (kept.length === 0) return undefined;
  const names = kept.map(({ resource }) => resource.id.split(/\/providers\//i).at(-1)).join(',');
  return {
    ...refuse(
      409,
      'ResourceGroupDeletionBlocked',
      `Deletion of resource group '${group.name}' failed as resources with identifiers '${names}' could not be deleted. The provisioning state of the resource group will be rolled back. The tracking Id is '${randomUUID()}'. Please check audit logs for more details.`,
    ),
    details: kept.map(({ resource, problem: { code, message } }) => ({
      target: resource.id,
      message: JSON.stringify({ error: { code, message } }),
    })),
  };
}

function problemOf(world: World, resource: StoredResource, types: ReadonlyMap<string, ResourceType>) {
  return types.get(resource.type.toLowerCase())?.checkDelete?.(resource, world, {});
}
