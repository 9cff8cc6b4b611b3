import { createMonitoring } from './create-monitoring.ts';
import type { Definition } from './definition.ts';

export const createContainerAppsEnv = {
  name: 'create_container_apps_env',
  number: 8,
  title: 'Create Container Apps environment',
  makes: 'Container Apps environment, its logs',
  dependsOn: [createMonitoring.name],
  configKeys: ['containerApps', 'locations.containerApps'],
  // The last two are what DNS records of names of the user's own say.
  outputs: ['environmentId', 'defaultDomain', 'staticIp', 'domainVerificationId'],
  typicalSeconds: 70,
} as const satisfies Definition;
