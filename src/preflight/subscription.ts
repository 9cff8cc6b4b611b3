import { AzureError } from '../azure/errors.ts';
import type { Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';

/** The configured subscription, or the only enabled one. Throws UserError that lists them when there are several. */
export async function resolveSubscription(azure: Azure, config: DeploymentConfig): Promise<string> {
  const subscriptions = await azure.resources.subscriptions();
  const { subscriptionId } = config.azure;
  const enabled = subscriptions.filter(({ state }) => state === 'Enabled');
  const listed = subscriptions.map(({ id, displayName, state }) => `  ${id}  ${displayName} (${state})`).join('\n');
  if (subscriptionId !== undefined) {
    const found = enabled.find(({ id }) => id.toLowerCase() === subscriptionId.toLowerCase());
    if (found) return found.id;
    throw new UserError(
      `The credential cannot use the subscription ${subscriptionId}. It can see:\n${listed || '  none'}`,
      { code: 'subscription_unknown', hint: 'Correct azure.subscription_id, or sign in with another account.' },
    );
  }
  const [only, another] = enabled;
  if (only && !another) return only.id;
  throw new UserError(
    only
      ? `The credential can see several subscriptions:\n${listed}`
      : 'The credential can see no enabled subscription.',
    { code: only ? 'subscription_ambiguous' : 'subscription_missing', hint: 'Name one in azure.subscription_id.' },
  );
}

/** For the plan: the subscription as far as it can be told. What is wrong with it is the first step's to report. */
export async function knownSubscription(
  azure: Azure,
  config: DeploymentConfig,
  state: EnvironmentState,
): Promise<string | undefined> {
  const known = config.azure.subscriptionId ?? state.subscription_id;
  if (known) return known;
  try {
    return await resolveSubscription(azure, config);
  } catch (error) {
    if (error instanceof UserError || error instanceof AzureError) return undefined;
    throw error;
  }
}
