import { checkPrerequisites } from './check-prerequisites.ts';
import type { Definition } from './definition.ts';

export const createResourceGroup = {
  name: 'create_resource_group',
  number: 2,
  title: 'Create resource group and identity',
  makes: 'resource group, user-assigned identity',
  dependsOn: [checkPrerequisites.name],
  configKeys: ['azure.resourceGroup', 'azure.projectName', 'locations.resourceGroup', 'tags'],
  outputs: ['resourceGroupId', 'identityId', 'identityPrincipalId', 'identityClientId'],
  typicalSeconds: 5,
} as const satisfies Definition;
