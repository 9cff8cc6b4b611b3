import type { ArmResource, Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { requireSamePlace } from '../domain/place.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { type Mark, markOf } from '../domain/tags.ts';

/** What one list call says of the resource group: `absent` when there is no group, undefined when no subscription is known yet. */
export type GroupList = readonly ArmResource[] | 'absent' | undefined;

export interface FoundResources {
  /** Lower-case ARM ids of what exists, with whose it is. */
  readonly marks: ReadonlyMap<string, Mark>;
}

export async function listResources(
  azure: Azure,
  config: DeploymentConfig,
  state: EnvironmentState,
  subscriptionId: string | undefined,
): Promise<GroupList> {
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
  if (listed === 'absent') return { marks: new Map() };
  const marks = new Map<string, Mark>(
    listed.map((resource) => [resource.id.toLowerCase(), markOf(resource.tags, environment)]),
  );
  const recorded = new Set(Object.values(state.resources).map(({ id }) => id.toLowerCase()));
  const candidates = desired.filter((resource) => {
    const id = resource.id.toLowerCase();
    const { ownership, listing } = resource.kind;
    const isOpen = ownership !== 'child' && listing !== 'absent' && !id.includes('${') && !marks.has(id);
    return isOpen && (recorded.has(id) || isGroup(resource));
  });
  const known = (id: string): boolean => recorded.has(id.toLowerCase());
  const holdsOurs = desired.some(({ id }) => known(id) && marks.get(id.toLowerCase()) === 'ours');
  if (holdsOurs && candidates.every((resource) => isGroup(resource) && known(resource.id))) {
    for (const { id } of candidates) marks.set(id.toLowerCase(), 'ours');
    return { marks };
  }
  await Promise.all(
    candidates.map(async ({ id, kind }) => {
      const found = await azure.arm.get(id, kind.apiVersion);
      if (found) marks.set(id.toLowerCase(), markOf(found.tags, environment));
    }),
  );
  return { marks };
}

/** The group is not among its own resources. */
function isGroup({ kind }: DesiredResource): boolean {
  return kind.listing === 'group';
}
