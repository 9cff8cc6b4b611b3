import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';

const ENVIRONMENTS = 'Microsoft.App/managedEnvironments';

export function containerAppsEnvironment(input: DesireInput): DesiredResource {
  const name = input.config.containerApps.environmentName;
  return {
    key: 'environment',
    title: `Container Apps environment ${name}`,
    id: resourceId(input, ENVIRONMENTS, name),
    type: ENVIRONMENTS,
    apiVersion: '2026-01-01',
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      properties: {
        // Logs go by the diagnostic setting below, so that no workspace key is needed.
        appLogsConfiguration: { destination: 'azure-monitor' },
        workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
        zoneRedundant: false,
        publicNetworkAccess: 'Enabled',
      },
    },
    ownership: 'tagged',
    holdsData: false,
    immutable: ['location', 'properties.zoneRedundant'],
    createOnly: [],
    // Somebody may have added a dedicated profile.
    openArrays: ['properties.workloadProfiles'],
    update: 'patch',
    timeoutInSeconds: 1200,
  };
}

/** Sends the logs of every app in the environment to the workspace. */
export function environmentDiagnostics(input: DesireInput): DesiredResource {
  const environment = containerAppsEnvironment(input);
  const logs = ['ContainerAppConsoleLogs', 'ContainerAppSystemLogs'];
  return {
    key: 'environment:diagnostics',
    title: `diagnostic setting of ${environment.title}`,
    id: `${environment.id}/providers/Microsoft.Insights/diagnosticSettings/to-log-analytics`,
    type: 'Microsoft.Insights/diagnosticSettings',
    apiVersion: '2021-05-01-preview',
    body: {
      properties: {
        workspaceId: input.outputs.read('workspaceId'),
        logs: logs.map((category) => ({ category, enabled: true })),
      },
    },
    ownership: 'child',
    holdsData: false,
    immutable: [],
    createOnly: [],
    // Azure may list the categories that are off as well.
    openArrays: ['properties.logs'],
    timeoutInSeconds: 120,
    unlisted: true,
  };
}
