import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { contains, overlap, type Range, rangeOf } from './address-space.ts';

export const SUBNET = 'Microsoft.Network/virtualNetworks/subnets';

/** The smallest is a /29: https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq */
const SMALLEST = 8;

/** What is wrong with a subnet beside its others; codes and words: https://github.com/MicrosoftDocs/azure-docs/pull/123869. */
export function subnetProblem(
  network: { readonly name: string; readonly body: JsonObject },
  name: string,
  subnet: JsonObject,
  others: readonly { readonly name: string; readonly body: JsonObject }[],
): Refusal | undefined {
  const ranges = prefixesOf(subnet);
  if (ranges.length === 0) {
    return refuse(400, 'InvalidRequestFormat', `Subnet '${name}' needs an addressPrefix or addressPrefixes.`);
  }
  const known = ranges.map(rangeOf);
  const wrong = known.findIndex((range) => range === undefined || range.last - range.first + 1 < SMALLEST);
  if (wrong >= 0) {
    return refuse(400, 'InvalidCIDRNotation', `The address prefix ${ranges[wrong]} of subnet '${name}' is not valid.`);
  }
  const own = known.filter((range): range is Range => range !== undefined);
  const space = spaceOf(network.body);
  if (own.some((range) => !space.some((outer) => contains(outer, range)))) {
    return refuse(
      400,
      'NetcfgSubnetRangeOutsideVnet',
      `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${network.name}'.`,
    );
  }
  const clash = others.some((other) => {
    const theirs = prefixesOf(other.body).map(rangeOf);
    return (
      other.name.toLowerCase() !== name.toLowerCase() &&
      theirs.some((one) => one && own.some((range) => overlap(one, range)))
    );
  });
  return clash
    ? refuse(
        400,
        'NetcfgSubnetRangesOverlap',
        `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network.name}'.`,
      )
    : undefined;
}

export function prefixesOf(subnet: JsonObject): readonly string[] {
  const { addressPrefix, addressPrefixes } = propertiesOf(subnet);
  if (Array.isArray(addressPrefixes) && addressPrefixes.length > 0) return addressPrefixes.map(String);
  return addressPrefix === undefined ? [] : [String(addressPrefix)];
}

export function spaceOf(network: JsonObject): readonly Range[] {
  const { addressSpace } = propertiesOf(network);
  const prefixes = isJsonObject(addressSpace) ? addressSpace.addressPrefixes : undefined;
  return (Array.isArray(prefixes) ? prefixes : []).flatMap((one) => rangeOf(String(one)) ?? []);
}

export function environmentsIn(world: World, subnetId: string): readonly StoredResource[] {
  return world.resourcesOfType('Microsoft.App/managedEnvironments').filter(({ body }) => {
    const { vnetConfiguration } = propertiesOf(body);
    return isJsonObject(vnetConfiguration) && isSame(vnetConfiguration.infrastructureSubnetId, subnetId);
  });
}

/** Environments and private endpoints live in subnets. */
function usersOf(world: World, subnetId: string): readonly StoredResource[] {
  const endpoints = world.resourcesOfType('Microsoft.Network/privateEndpoints').filter(({ body }) => {
    const { subnet } = propertiesOf(body);
    return isJsonObject(subnet) && isSame(subnet.id, subnetId);
  });
  return [...environmentsIn(world, subnetId), ...endpoints];
}

function isSame(id: Json | undefined, other: string): boolean {
  return String(id).toLowerCase() === other.toLowerCase();
}

/** The words: https://github.com/microsoft/nav-arm-templates/issues/161. */
export function subnetInUse(world: World, { id, name }: Pick<StoredResource, 'id' | 'name'>): Refusal | undefined {
  const [user] = usersOf(world, id);
  return (
    user &&
    refuse(
      400,
      'InUseSubnetCannotBeDeleted',
      `Subnet ${name} is in use by ${user.id} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
    )
  );
}
