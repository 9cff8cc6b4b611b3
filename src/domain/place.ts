import { UserError } from '../shared/errors.ts';
import type { EnvironmentState } from './state.ts';

/** Where an environment is deployed. */
export interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/**
 * A state document is of one resource group in one subscription.
 *
 * @throws UserError `state_foreign` when the configuration names another one
 */
export function requireSamePlace(state: EnvironmentState, { subscriptionId, resourceGroup }: Place): void {
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
