import { jsonAt } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { globalLocationProblem } from './global-location.ts';

const ZONE = 'Microsoft.Network/privateDnsZones';
const LINK = `${ZONE}/virtualNetworkLinks`;
const common = {
  apiVersions: ['2024-06-01', '2020-06-01', '2018-09-01'],
  withoutLocation: true,
  style: 'status',
} as const;

/** https://learn.microsoft.com/rest/api/dns/privatednszones; records are not simulated. */
export const privateDnsZone: ResourceType = {
  ...common,
  type: ZONE,
  // https://learn.microsoft.com/azure/dns/private-dns-privatednszone#restrictions
  name: /^(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/,
  nameError: 'BadRequest',
  listed: true,
  seconds: { create: 30, update: 10, delete: 30 },
  check: ({ body }) => globalLocationProblem(ZONE, body),
  apply({ resource, before }) {
    if (before) return undefined;
    setOutputs(resource, {
      ...{ maxNumberOfRecordSets: 25_000, maxNumberOfVirtualNetworkLinks: 1000 },
      ...{ maxNumberOfVirtualNetworkLinksWithRegistration: 100, numberOfRecordSets: 1 },
    });
    return undefined;
  },
  view: ({ id }, world) => {
    const links = linksOf(world, id);
    const registering = links.filter(({ body }) => jsonAt(body, 'properties.registrationEnabled') === true);
    return {
      properties: {
        numberOfVirtualNetworkLinks: links.length,
        numberOfVirtualNetworkLinksWithRegistration: registering.length,
      },
    };
  },
  checkDelete: ({ id }, world) => nestedProblem(linksOf(world, id)),
};

export const privateDnsLink: ResourceType = {
  ...common,
  type: LINK,
  name: /^(?=.{1,80}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/,
  listed: true,
  seconds: { create: 15, update: 10, delete: 15 },
  immutable: ['properties.virtualNetwork.id'],
  check: (write) => globalLocationProblem(LINK, write.body) ?? networkProblem(write),
  defaults: () => ({
    properties: { registrationEnabled: false, resolutionPolicy: 'Default', virtualNetworkLinkState: 'Completed' },
  }),
};

function linksOf(world: World, zoneId: string): readonly StoredResource[] {
  return world.resourcesOfType(LINK).filter(({ id }) => id.toLowerCase().startsWith(`${zoneId.toLowerCase()}/`));
}

function networkProblem({ world, body }: Write): Refusal | undefined {
  const id = jsonAt(body, 'properties.virtualNetwork.id');
  return typeof id === 'string' && world.resource(id)
    ? undefined
    : refuse(400, 'BadRequest', `The virtual network '${String(id)}' was not found.`);
}

/** The words: https://github.com/learntocloud/networking-lab/issues/8. */
function nestedProblem(links: readonly StoredResource[]): Refusal | undefined {
  if (links.length === 0) return undefined;
  const named = links.map(({ id }) => id.split(/\/providers\//i).at(-1)).join(', ');
  return refuse(
    409,
    'CannotDeleteResource',
    `Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '${named}'. Please delete all nested resources before deleting this resource.`,
  );
}
