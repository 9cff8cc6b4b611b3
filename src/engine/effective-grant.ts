import { AzureError, isOutOfReach } from '../azure/errors.ts';
import type { StepContext } from './step.ts';
import { endPatience, type Waiting, waitPatiently } from './waiting.ts';

/**
 * Role assignments take effect within seconds to about ten minutes:
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
export const PROPAGATION_LIMIT_IN_SECONDS = 600;

/**
 * Tries what a grant of this step allows: that the assignment exists says nothing about when it works.
 *
 * @param grant.on for people: what is waited for
 * @throws AzureError the refusal, once it has lasted longer than propagation takes
 */
export async function whenEffective<T>(
  context: StepContext,
  grant: { readonly name: string; readonly on: string },
  attempt: () => Promise<T>,
): Promise<{ readonly kind: 'effective'; readonly value: T } | Waiting> {
  const name = `grant:${grant.name}`;
  try {
    const value = await attempt();
    await endPatience(context, name);
    return { kind: 'effective', value };
  } catch (error) {
    if (!(error instanceof AzureError) || !isNotYet(error)) throw error;
    const waiting = await waitPatiently(context, {
      name,
      on: grant.on,
      limitInSeconds: PROPAGATION_LIMIT_IN_SECONDS,
      ...(error.retryAfterInSeconds !== undefined && { afterInSeconds: error.retryAfterInSeconds }),
    });
    if (!waiting) throw error;
    return waiting;
  }
}

/** Refused, or not reachable: the name of a new vault takes a while to resolve. */
function isNotYet(error: AzureError): boolean {
  return error.statusCode === 403 || isOutOfReach(error);
}
