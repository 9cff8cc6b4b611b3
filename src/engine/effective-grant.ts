import { AzureError, isOutOfReach } from '../azure/errors.ts';
import type { StepContext } from './step.ts';
import { notReady, untilReady } from './until-ready.ts';
import type { Waiting } from './waiting.ts';

/**
 * Role assignments take effect within seconds to about ten minutes:
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
const PROPAGATION_LIMIT_IN_SECONDS = 600;

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
  type Effective = { readonly kind: 'effective'; readonly value: T };
  return await untilReady<Effective>(context, `grant:${grant.name}`, async () => {
    try {
      return { kind: 'effective', value: await attempt() };
    } catch (error) {
      if (!(error instanceof AzureError) || !isNotYet(error)) throw error;
      return notReady<Effective>({
        on: grant.on,
        limitInSeconds: PROPAGATION_LIMIT_IN_SECONDS,
        ...(error.retryAfterInSeconds !== undefined && { afterInSeconds: error.retryAfterInSeconds }),
        whenOver: () => {
          throw error;
        },
      });
    }
  });
}

/** Refused, or not reachable: the name of a new vault takes a while to resolve. */
function isNotYet(error: AzureError): boolean {
  return error.statusCode === 403 || isOutOfReach(error);
}
