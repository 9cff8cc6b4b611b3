import type { Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { FoundResources } from '../domain/plan.ts';
import type { DesiredResource } from '../domain/resources/desired.ts';
import { isOurs } from '../domain/resources/tags.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import { knownSubscription } from './subscription.ts';

/**
 * What exists in the resource group: one list call for all of it. A recorded resource that the list lacks is confirmed by
 * one GET, because lists lag. Undefined when no subscription is known yet.
 */
export async function findResources(
  azure: Azure,
  input: {
    readonly environment: string;
    readonly config: DeploymentConfig;
    readonly state: EnvironmentState;
    readonly desired: readonly DesiredResource[];
  },
): Promise<FoundResources | undefined> {
  const { config, state, environment, desired } = input;
  const subscriptionId = await knownSubscription(azure, config, state);
  if (subscriptionId === undefined) return undefined;
  const { resourceGroup } = config.azure;
  refuseOtherPlace(state, subscriptionId, resourceGroup);
  const listed = await azure.resources.listGroup(subscriptionId, resourceGroup);
  if (!listed) return { ours: new Map() };
  const ours = new Map(listed.map((resource) => [resource.id.toLowerCase(), isOurs(resource.tags, environment)]));
  const recorded = new Set(Object.values(state.resources).map(({ id }) => id.toLowerCase()));
  const candidates = desired.filter(({ id, ownership, unlisted }) => {
    const isOpen = ownership === 'tagged' && !unlisted && !id.includes('${') && !ours.has(id.toLowerCase());
    return isOpen && (recorded.has(id.toLowerCase()) || isGroup(id));
  });
  await Promise.all(
    candidates.map(async ({ id, apiVersion }) => {
      const found = await azure.arm.get(id, apiVersion);
      if (found) ours.set(id.toLowerCase(), isOurs(found.tags, environment));
    }),
  );
  return { ours };
}

/** The group is not among its own resources. */
function isGroup(id: string): boolean {
  return !/\/providers\//i.test(id);
}

function refuseOtherPlace(state: EnvironmentState, subscriptionId: string, resourceGroup: string): void {
  const same = (recorded: string | null, now: string): boolean =>
    recorded === null || recorded.toLowerCase() === now.toLowerCase();
  if (same(state.subscription_id, subscriptionId) && same(state.resource_group, resourceGroup)) return;
  const recordedPlace = `resource group ${state.resource_group} in subscription ${state.subscription_id}`;
  throw new UserError(
    `The state of ${state.environment} belongs to ${recordedPlace}; the configuration says ${resourceGroup} in ${subscriptionId}.`,
    {
      code: 'state_foreign',
      hint: 'Use another --environment for another deployment, or forget the old one with: draftgenie-deploy state reset',
    },
  );
}
