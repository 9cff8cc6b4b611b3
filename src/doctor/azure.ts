import type { Azure, Principal } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { requireSamePlace } from '../domain/place.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { CHECKS } from '../preflight/checks.ts';
import type { PreflightTarget } from '../preflight/findings.ts';
import { providerFindings } from '../preflight/providers.ts';
import { resolveSubscription } from '../preflight/subscription.ts';
import { type Examination, type Examined, ok, see, told } from './examination.ts';

export interface SignedIn {
  readonly lines: readonly Examination[];
  readonly principal: Principal | undefined;
  /** Undefined when the credential cannot use it. */
  readonly subscriptionId: string | undefined;
}

/** Who the credential is, and whether it can use the subscription that the configuration and the state name. */
export async function examineCredential(azure: Azure, config: DeploymentConfig): Promise<SignedIn> {
  const { value: principal, failure } = await see('credential', () => azure.resources.principal());
  if (!principal) return { lines: [failure], principal: undefined, subscriptionId: undefined };
  const kind = principal.principalType === 'ServicePrincipal' ? 'application' : 'user';
  const credential = ok('credential', `${kind} ${principal.objectId} of tenant ${principal.tenantId}`);
  const found = await see('subscription', () => resolveSubscription(azure, config));
  const line = found.failure ?? ok('subscription', found.value);
  return { lines: [credential, line], principal, subscriptionId: found.value };
}

/** Whether the state is of the place that the configuration names. */
export async function examinePlace(
  state: EnvironmentState,
  subscriptionId: string,
  { azure: { resourceGroup } }: DeploymentConfig,
): Promise<readonly Examination[]> {
  const { failure } = await see('state', async () => requireSamePlace(state, { subscriptionId, resourceGroup }));
  return failure ? [failure] : [];
}

/** The names of the checks that ask Azure about what would be made. */
export const AZURE_CHECKS: readonly Examined[] = ['providers', ...CHECKS.map(({ name }) => name)];

const REGISTERED = 'registered, or the deployment registers what is not';

/** Preflight, told one by one. Nothing is registered and nothing is written. */
export async function* examineAzure(target: PreflightTarget): AsyncGenerator<Examination> {
  const checks = [{ name: 'providers', inOrder: REGISTERED, look: providerFindings } as const, ...CHECKS];
  for (const { name, inOrder, look } of checks) {
    const { value, failure } = await see(name, async () => await look(target));
    if (failure) yield failure;
    else yield* told(name, value, inOrder);
  }
}
