import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceGroupId, resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';

export function resourceGroup(input: DesireInput): DesiredResource {
  const { azure, locations } = input.config;
  return {
    key: 'resource-group',
    title: `resource group ${azure.resourceGroup}`,
    id: resourceGroupId(input),
    type: 'Microsoft.Resources/resourceGroups',
    apiVersion: '2025-04-01',
    body: { location: locations.resourceGroup, tags: resourceTags(input) },
    ownership: 'tagged',
    // What is in it counts for itself: the group is removed only when nothing in it holds data (cleanup.ts).
    holdsData: false,
    immutable: ['location'],
    createOnly: [],
    timeoutInSeconds: 120,
    replaceable: false,
  };
}

/** The identity under which the applications pull images and read secrets. */
export function identity(input: DesireInput): DesiredResource {
  const name = identityName(input);
  const type = 'Microsoft.ManagedIdentity/userAssignedIdentities';
  return {
    key: 'identity',
    title: `identity ${name}`,
    id: resourceId(input, type, name),
    type,
    apiVersion: '2024-11-30',
    body: { location: input.config.locations.resourceGroup, tags: resourceTags(input) },
    ownership: 'tagged',
    holdsData: false,
    immutable: ['location'],
    createOnly: [],
    timeoutInSeconds: 120,
  };
}

function identityName({ config }: DesireInput): string {
  return `${config.azure.projectName}-identity`;
}
