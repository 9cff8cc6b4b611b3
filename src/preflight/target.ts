import type { Principal } from '../azure/ports.ts';
import type { DesireInput } from '../domain/desired.ts';
import { outputReference, outputSymbol } from '../domain/outputs.ts';
import type { Step } from '../engine/step.ts';
import type { KnownResource } from '../resources/kind.ts';
import type { PreflightTarget } from './findings.ts';

/** What the first step leaves: where to, and who deploys. */
export function placeOutputs(subscriptionId: string, { tenantId, objectId, principalType }: Principal) {
  return { subscriptionId, tenantId, principalId: objectId, principalType: principalType ?? '' };
}

/** @param making the steps whose resources are looked at */
export function preflightTarget(
  { azure, config, environment, options }: Pick<PreflightTarget, 'azure' | 'config' | 'environment' | 'options'>,
  place: { readonly subscriptionId: string; readonly principal: Principal },
  making: readonly Pick<Step, 'desire'>[],
): PreflightTarget {
  const { subscriptionId, principal } = place;
  const outputs = knownOutputs(placeOutputs(subscriptionId, principal));
  const desired = distinct(making.flatMap(({ desire }) => desire({ environment, config, outputs })));
  return { azure, config, environment, options, subscription: `/subscriptions/${subscriptionId}`, principal, desired };
}

/** Several steps want the same apps. */
function distinct(desired: readonly KnownResource[]): readonly KnownResource[] {
  return [...new Map(desired.map((resource) => [resource.key, resource])).values()];
}

/** Those of the first step; symbols for those of steps that have not run. */
function knownOutputs(known: Readonly<Record<string, string>>): DesireInput['outputs'] {
  return {
    read(...output) {
      return known[output[0]] ?? outputSymbol(outputReference(output));
    },
  };
}
