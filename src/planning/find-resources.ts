import type { ArmResource, Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { requireSamePlace } from '../domain/place.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { isOurs } from '../domain/tags.ts';
import { knownSubscription } from '../preflight/subscription.ts';
import type { FoundResources } from './plan-resources.ts';

/** What one list call says of the resource group: `absent` when there is no group, undefined when no subscription is known yet. */
export type GroupList = readonly ArmResource[] | 'absent' | undefined;

export async function listResources(
  azure: Azure,
  config: DeploymentConfig,
  state: EnvironmentState,
): Promise<GroupList> {
  const subscriptionId = await knownSubscription(azure, config, state);
  if (subscriptionId === undefined) return undefined;
  const { resourceGroup } = config.azure;
  requireSamePlace(state, { subscriptionId, resourceGroup });
  return (await azure.resources.listGroup(subscriptionId, resourceGroup)) ?? 'absent';
}

/**
 * What exists in the resource group. A recorded resource that the list lacks is confirmed by one GET, because lists lag; and so is
 * the group itself, which is not in the list, unless it still holds everything that was recorded: then it is the one that we made.
 */
export async function findResources(
  azure: Azure,
  listed: GroupList,
  input: {
    readonly environment: string;
    readonly state: EnvironmentState;
    readonly desired: readonly DesiredResource[];
  },
): Promise<FoundResources | undefined> {
  const { state, environment, desired } = input;
  if (listed === undefined) return undefined;
  if (listed === 'absent') return { ours: new Map() };
  const ours = new Map(listed.map((resource) => [resource.id.toLowerCase(), isOurs(resource.tags, environment)]));
  const recorded = new Set(Object.values(state.resources).map(({ id }) => id.toLowerCase()));
  const candidates = desired.filter((resource) => {
    const id = resource.id.toLowerCase();
    const { ownership, listing } = resource.kind;
    const isOpen = ownership === 'tagged' && listing !== 'absent' && !id.includes('${') && !ours.has(id);
    return isOpen && (recorded.has(id) || isGroup(resource));
  });
  const known = (id: string): boolean => recorded.has(id.toLowerCase());
  const holdsOurs = desired.some(({ id }) => known(id) && ours.get(id.toLowerCase()));
  if (holdsOurs && candidates.every((resource) => isGroup(resource) && known(resource.id))) {
    for (const { id } of candidates) ours.set(id.toLowerCase(), true);
    return { ours };
  }
  await Promise.all(
    candidates.map(async ({ id, kind }) => {
      const found = await azure.arm.get(id, kind.apiVersion);
      if (found) ours.set(id.toLowerCase(), isOurs(found.tags, environment));
    }),
  );
  return { ours };
}

/** The group is not among its own resources. */
function isGroup({ kind }: DesiredResource): boolean {
  return kind.listing === 'group';
}
