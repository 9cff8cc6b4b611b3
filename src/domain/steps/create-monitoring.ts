import { createResourceGroup } from './create-resource-group.ts';
import type { Definition } from './definition.ts';

export const createMonitoring = {
  name: 'create_monitoring',
  number: 3,
  title: 'Create monitoring',
  makes: 'Log Analytics workspace, Application Insights',
  dependsOn: [createResourceGroup.name],
  configKeys: ['monitoring', 'locations.monitoring'],
  outputs: ['workspaceId', 'appInsightsId', 'appInsightsConnection'],
  typicalSeconds: 15,
} as const satisfies Definition;
