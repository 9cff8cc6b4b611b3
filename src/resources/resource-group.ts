import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceGroupId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { ownPage } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';

export const RESOURCE_GROUP: ResourceKind<'Microsoft.Resources/resourceGroups'> = {
  type: 'Microsoft.Resources/resourceGroups',
  apiVersion: '2025-04-01',
  provider: null,
  ownership: 'tagged',
  listing: 'group',
  name: NAME_RULES.resourceGroup,
  uniqueName: null,
  availability: [],
  // https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance#microsoftresources
  operations: 'Microsoft.Resources/subscriptions/resourceGroups',
  permission: null,
  // What is in it counts for itself: nothing is removed above what holds data (cleanup.ts).
  holdsData: false,
  update: 'put',
  immutable: ['location'],
  createOnly: [],
  settings: { location: 'locations.resource_group' },
  invariants: {},
  defaults: [],
  computed: ['tags'],
  timeoutInSeconds: 120,
  replaceable: false,
  deletion: { how: 'request', softDeleted: null },
  cost: 'free',
  portalPage: ownPage,
};

export function resourceGroup(input: DesireInput): DesiredResource<typeof RESOURCE_GROUP> {
  const { azure, locations } = input.config;
  return {
    kind: RESOURCE_GROUP,
    key: 'resource-group',
    title: `resource group ${azure.resourceGroup}`,
    id: resourceGroupId(input),
    body: { location: locations.resourceGroup, tags: resourceTags(input) },
  };
}
