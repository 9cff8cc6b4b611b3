import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { setOutputs, viewOf } from '../../arm/lifecycle.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { SUBNET, spaceOf, subnetInUse, subnetProblem } from './subnet-rules.ts';

const NETWORK = 'Microsoft.Network/virtualNetworks';
const apiVersions = ['2024-05-01', '2024-01-01', '2023-11-01', '2022-07-01'];
const NAME = /^(?=.{1,80}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const common = { apiVersions, style: 'status', busyCode: 'AnotherOperationInProgress' } as const;

/** Below it, or in its body: https://learn.microsoft.com/rest/api/virtualnetwork/subnets */
export const subnet: ResourceType = {
  ...common,
  type: SUBNET,
  name: NAME,
  nameError: 'InvalidResourceName',
  listed: false,
  withoutLocation: true,
  exclusiveOn: 'parent',
  seconds: { create: 4, update: 4, delete: 10 },
  check({ world, id, name, body }) {
    const network = world.resource(networkOf(id));
    return network && subnetProblem(network, name, body, subnetsOf(world, network.id));
  },
  defaults: subnetDefaults,
  checkDelete: (resource, world) => subnetInUse(world, resource),
};

/**
 * Networks with their subnets. A PUT that has `subnets` has all of them: others are deleted. Without them, they stay:
 * https://techcommunity.microsoft.com/blog/azurenetworkingblog/azure-virtual-network-now-supports-updates-without-subnet-property/4067952.
 */
export const virtualNetwork: ResourceType = {
  ...common,
  type: NETWORK,
  name: NAME,
  nameError: 'InvalidResourceName',
  listed: true,
  exclusiveOn: 'children',
  seconds: { create: 5, update: 5, delete: 10 },
  check: (write) => spaceProblem(write) ?? subnetsProblem(write),
  apply({ world, resource, id, before, body }) {
    const wanted = inlineSubnets(body);
    if (wanted) {
      const names = wanted.map(({ name }) => String(name).toLowerCase());
      for (const old of subnetsOf(world, id))
        if (!names.includes(old.name.toLowerCase())) world.index.dropResource(old.id);
      for (const one of wanted) keepSubnet(world, id, one, resource.updatedAt);
    }
    const { subnets: _, ...rest } = propertiesOf(resource.body);
    resource.body = { ...resource.body, properties: rest };
    if (!before) setOutputs(resource, { resourceGuid: randomUUID() });
    return undefined;
  },
  defaults: () => ({
    properties: { enableDdosProtection: false, virtualNetworkPeerings: [], privateEndpointVNetPolicies: 'Disabled' },
  }),
  view: ({ id }, world) => ({
    properties: { subnets: subnetsOf(world, id).map((one) => viewOf(one, subnet, world)) },
  }),
  checkDelete: ({ id }, world) =>
    subnetsOf(world, id)
      .map((one) => subnetInUse(world, one))
      .find((found) => found !== undefined),
};

function subnetDefaults(): JsonObject {
  return {
    properties: {
      delegations: [],
      privateEndpointNetworkPolicies: 'Disabled',
      privateLinkServiceNetworkPolicies: 'Enabled',
    },
  };
}

function networkOf(subnetId: string): string {
  return subnetId.replace(/\/subnets\/[^/]+$/i, '');
}

function subnetsOf(world: World, networkId: string): readonly StoredResource[] {
  const prefix = `${networkId.toLowerCase()}/subnets/`;
  return world.resourcesOfType(SUBNET).filter(({ id }) => id.toLowerCase().startsWith(prefix));
}

function inlineSubnets(body: JsonObject): readonly JsonObject[] | undefined {
  const { subnets } = propertiesOf(body);
  return Array.isArray(subnets) ? subnets.filter(isJsonObject) : undefined;
}

function keepSubnet(world: World, networkId: string, { name, properties }: JsonObject, at: string): void {
  const id = `${networkId}/subnets/${String(name)}`;
  const before = world.resource(id);
  const body = { properties: isJsonObject(properties) ? properties : {} };
  world.index.keepResource(
    before
      ? Object.assign(before, { body, updatedAt: at })
      : { id, name: String(name), type: SUBNET, body, extra: {}, createdAt: at, updatedAt: at },
  );
}

function spaceProblem({ body }: Write): Refusal | undefined {
  if (body.location === undefined) {
    return refuse(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  return spaceOf(body).length === 0
    ? refuse(400, 'InvalidRequestFormat', 'properties.addressSpace.addressPrefixes needs at least one range.')
    : undefined;
}

function subnetsProblem({ world, id, name, body }: Write): Refusal | undefined {
  const wanted = inlineSubnets(body);
  const present = subnetsOf(world, id);
  const after = (wanted ?? present).map((one) => ({
    name: String(one.name),
    body: 'body' in one ? (one.body as JsonObject) : one,
  }));
  const wrong = after.map((one) => subnetProblem({ name, body }, one.name, one.body, after)).find((found) => found);
  if (wrong) return wrong;
  const gone = present.filter((old) => !after.some((one) => one.name.toLowerCase() === old.name.toLowerCase()));
  return gone.map((one) => subnetInUse(world, one)).find((found) => found);
}
