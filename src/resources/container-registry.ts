import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';
import { deployerGrantee, identityGrantee, roleAssignment } from './role-assignment.ts';

const REGISTRIES = 'Microsoft.ContainerRegistry/registries';

export function containerRegistry(input: DesireInput): DesiredResource {
  const { name, sku } = input.config.containerRegistry;
  return {
    key: 'registry',
    title: `container registry ${name}`,
    id: resourceId(input, REGISTRIES, name),
    type: REGISTRIES,
    apiVersion: '2025-11-01',
    body: {
      location: input.config.locations.containerRegistry,
      tags: resourceTags(input),
      sku: { name: sku },
      properties: {
        adminUserEnabled: false,
        // Explicit: AcrPull is not honoured in the mode that becomes the default.
        // https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
        roleAssignmentMode: 'LegacyRegistryPermissions',
      },
    },
    ownership: 'tagged',
    holdsData: true,
    immutable: ['location'],
    createOnly: [],
    update: 'patch',
    timeoutInSeconds: 600,
  };
}

export function registryGrants(input: DesireInput): readonly DesiredResource[] {
  const registry = containerRegistry(input);
  const scope = { scope: registry.id, scopeTitle: registry.title } as const;
  return [
    roleAssignment(input, { ...scope, key: 'role:acr-pull', role: 'AcrPull', to: identityGrantee(input) }),
    roleAssignment(input, {
      ...scope,
      key: 'role:registry-tasks',
      role: 'Container Registry Tasks Contributor',
      to: deployerGrantee(input),
    }),
  ];
}
