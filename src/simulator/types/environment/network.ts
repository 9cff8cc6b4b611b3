import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { rangeOf } from '../network/address-space.ts';
import { environmentsIn, prefixesOf } from '../network/subnet-rules.ts';

/** Bits: https://learn.microsoft.com/azure/container-apps/custom-virtual-networks#subnet */
const SIZES = { profiles: 27, consumption: 23 } as const;

/**
 * Why a new environment cannot be in the subnet that it names: it is not there
 * (https://github.com/microsoft/azure-container-apps/issues/786), too small
 * (https://github.com/microsoft/azure-container-apps/issues/425), another's
 * (https://github.com/microsoft/azure-container-apps/issues/974) or, with workload profiles, not delegated
 * (https://github.com/MicrosoftDocs/azure-docs/pull/119379).
 */
export function environmentNetworkProblem(world: World, body: JsonObject): Refusal | undefined {
  const { vnetConfiguration, workloadProfiles } = propertiesOf(body);
  const id = isJsonObject(vnetConfiguration) ? vnetConfiguration.infrastructureSubnetId : undefined;
  if (typeof id !== 'string') return undefined;
  const subnet = world.resource(id);
  if (!subnet) return invalid('The subnet and its addressPrefix could not be found.');
  const hasProfiles = Array.isArray(workloadProfiles) && workloadProfiles.length > 0;
  const bits = hasProfiles ? SIZES.profiles : SIZES.consumption;
  const size = 2 ** (32 - bits);
  const isLarge = prefixesOf(subnet.body)
    .map(rangeOf)
    .some((range) => range && range.last - range.first + 1 >= size);
  if (!isLarge) return invalid(`Provided subnet must have a size of at least /${bits}`);
  if (environmentsIn(world, id).length > 0) return invalid('The subnet is used by another environment.');
  return hasProfiles && !isDelegated(subnet.body)
    ? refuse(
        400,
        'ManagedEnvironmentSubnetDelegationError',
        "The subnet of the environment must be delegated to the service 'Microsoft.App/environments'.",
      )
    : undefined;
}

function isDelegated(subnet: JsonObject): boolean {
  const { delegations } = propertiesOf(subnet);
  return (
    Array.isArray(delegations) &&
    delegations.filter(isJsonObject).some((one) => propertiesOf(one).serviceName === 'Microsoft.App/environments')
  );
}

function invalid(details: string): Refusal {
  return refuse(
    400,
    'ManagedEnvironmentInvalidNetworkConfiguration',
    `The environment network configuration is invalid: ${details}`,
  );
}
