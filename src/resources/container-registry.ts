import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { CHECK_NAME_AVAILABILITY } from './columns/name-availability.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';

export const CONTAINER_REGISTRY: ResourceKind<'Microsoft.ContainerRegistry/registries'> = {
  type: 'Microsoft.ContainerRegistry/registries',
  apiVersion: '2025-11-01',
  provider: 'Microsoft.ContainerRegistry',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.containerRegistry,
  uniqueName: CHECK_NAME_AVAILABILITY,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location'],
  createOnly: [],
  settings: { location: 'locations.container_registry', 'sku.name': 'container_registry.sku' },
  invariants: ['properties.adminUserEnabled', 'properties.roleAssignmentMode'],
  defaults: [],
  computed: ['tags'],
  timeoutInSeconds: 600,
  deletion: { how: 'request', softDeleted: null },
  portalPage: ownPage,
};

export function containerRegistry(input: DesireInput): DesiredResource<typeof CONTAINER_REGISTRY> {
  const { name, sku } = input.config.containerRegistry;
  return {
    kind: CONTAINER_REGISTRY,
    key: 'registry',
    title: `container registry ${name}`,
    id: resourceId(input, CONTAINER_REGISTRY.type, name),
    body: {
      location: input.config.locations.containerRegistry,
      tags: resourceTags(input),
      sku: { name: sku },
      properties: {
        adminUserEnabled: false,
        // Explicit: AcrPull is not honoured in the mode that becomes the default
        // (https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions).
        roleAssignmentMode: 'LegacyRegistryPermissions',
      },
    },
  };
}
