import type { ResourceType } from '../arm/resource-type.ts';

/** The smallest type: start a new one from a copy of it. */
export const resourceGroup: ResourceType = {
  type: 'Microsoft.Resources/resourceGroups',
  apiVersions: ['2025-04-01', '2024-03-01', '2022-09-01', '2021-04-01'],
  // Letters and digits of any script: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
  name: /^[-_.()\p{L}\p{Nd}]{0,89}[-_()\p{L}\p{Nd}]$/u,
  listed: false,
  style: 'sync',
  // Recorded: a group with a registry and an environment took about two minutes to go.
  seconds: { create: 0, update: 0, delete: 120 },
};
