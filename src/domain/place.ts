import { UserError } from '../shared/errors.ts';
import { stepLeaving } from './outputs.ts';
import type { EnvironmentState } from './state.ts';

/** Where an environment is deployed. */
export interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** Before which nothing is made. */
const FIRST = stepLeaving('subscriptionId');

/** Whether anything was begun to be made. A plan that was refused, or a check that failed, binds nobody to its place. */
export function hasPlace({ steps, resources, left_behind }: EnvironmentState): boolean {
  const isBegun = Object.keys(steps).some((step) => step !== FIRST);
  return isBegun || Object.keys({ ...resources, ...left_behind }).length > 0;
}

/**
 * A state document is of one resource group in one subscription.
 *
 * @throws UserError `state_foreign` when the configuration names another one
 */
export function requireSamePlace(state: EnvironmentState, { subscriptionId, resourceGroup }: Place): void {
  if (!hasPlace(state)) return;
  const isSame = (recorded: string | null, now: string): boolean =>
    recorded === null || recorded.toLowerCase() === now.toLowerCase();
  if (isSame(state.subscription_id, subscriptionId) && isSame(state.resource_group, resourceGroup)) return;
  const recorded = `${state.resource_group ?? resourceGroup} in the subscription ${state.subscription_id ?? subscriptionId}`;
  throw new UserError(
    `The state of ${state.environment} is of the resource group ${recorded}; the configuration names ${resourceGroup} in ${subscriptionId}.`,
    {
      code: 'state_foreign',
      hint: 'Set the configuration back, or deploy to an environment of another name with --environment.',
    },
  );
}
