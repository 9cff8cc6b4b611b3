import { classifyError } from '../azure/classify.ts';
import { AzureError, isOutOfReach } from '../azure/errors.ts';
import { hasFreshGrant, PROPAGATION_LIMIT_IN_SECONDS } from './fresh-grant.ts';
import type { StepContext } from './step.ts';
import { notReady, untilReady } from './waiting/until-ready.ts';
import type { Waiting } from './waiting/waiting.ts';

/** What a step has granted, and tries. */
export interface Grant {
  /** Stable within the step. */
  readonly name: string;
  /** For people: what is waited for. */
  readonly on: string;
  /** Whether this run has made one of the role assignments that it takes. */
  readonly isMade: boolean;
}

/**
 * Tries what a grant of this step allows: that the assignment exists says nothing about when it works.
 *
 * @throws AzureError the refusal, once it has lasted longer than propagation takes
 */
export async function whenEffective<T>(
  context: StepContext,
  grant: Grant,
  attempt: () => Promise<T>,
): Promise<{ readonly kind: 'effective'; readonly value: T } | Waiting> {
  type Effective = { readonly kind: 'effective'; readonly value: T };
  return await untilReady<Effective>(context, `grant:${grant.name}`, async () => {
    try {
      return { kind: 'effective', value: await attempt() };
    } catch (error) {
      if (!(error instanceof AzureError) || !isNotYet(context, grant, error)) throw error;
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

/** Refused for a grant that is fresh, or not reachable: the name of a new vault takes a while to resolve. */
function isNotYet(context: StepContext, { isMade }: Grant, error: AzureError): boolean {
  if (isOutOfReach(error)) return true;
  const isRefused = error.statusCode === 403 && classifyError(error).kind === 'propagation';
  // A step that never came to its end may have been killed right after it had made its grant.
  return isRefused && (isMade || context.previous === undefined || hasFreshGrant(context));
}
