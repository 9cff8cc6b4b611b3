import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';
import { ownPage } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';

export const IDENTITY: ResourceKind<'Microsoft.ManagedIdentity/userAssignedIdentities'> = {
  type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
  apiVersion: '2024-11-30',
  provider: 'Microsoft.ManagedIdentity',
  ownership: 'tagged',
  listing: 'member',
  name: {
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity
    pattern: /^[a-zA-Z0-9][\w-]{2,127}$/,
    allowed: '3 to 128 letters, digits, - and _, beginning with a letter or digit',
  },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'put',
  immutable: ['location'],
  createOnly: [],
  settings: { location: 'locations.resource_group' },
  invariants: {},
  defaults: [],
  computed: ['tags'],
  timeoutInSeconds: 120,
  deletion: { how: 'request', softDeleted: null },
  cost: 'free',
  portalPage: ownPage,
};

/** The identity under which the applications pull images and read secrets. */
export function identity(input: DesireInput): DesiredResource<typeof IDENTITY> {
  const { azure, locations } = input.config;
  const name = `${azure.projectName}-identity`;
  return {
    kind: IDENTITY,
    key: 'identity',
    title: `identity ${name}`,
    id: resourceId(input, IDENTITY.type, name),
    body: { location: locations.resourceGroup, tags: resourceTags(input) },
  };
}
