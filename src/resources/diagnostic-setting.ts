import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { pageOfParent } from './columns/portal.ts';
import { containerAppsEnvironment } from './container-apps-environment.ts';
import type { ResourceKind } from './kind.ts';

export const DIAGNOSTIC_SETTING: ResourceKind<'Microsoft.Insights/diagnosticSettings'> = {
  type: 'Microsoft.Insights/diagnosticSettings',
  apiVersion: '2021-05-01-preview',
  provider: 'Microsoft.Insights',
  ownership: 'child',
  listing: 'absent',
  name: {
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftinsights
    pattern: /^[^*<>%:&\\?+/]{0,259}[^*<>%:&\\?+/ .]$/,
    allowed: '1 to 260 characters without * < > % : & \\ ? + /, not ending in a space or period',
  },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'put',
  immutable: [],
  createOnly: [],
  // Azure may list the categories that are off as well.
  openArrays: ['properties.logs'],
  settings: {},
  invariants: {},
  defaults: ['properties.logs'],
  computed: ['properties.workspaceId'],
  timeoutInSeconds: 120,
  // https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings: that of a deleted resource may come back.
  deletion: { how: 'request', softDeleted: null, outlivesParent: true },
  cost: 'elsewhere',
  portalPage: pageOfParent('diagnostics'),
};

/** Sends the logs of every app in the environment to the workspace. */
export function environmentDiagnostics(input: DesireInput): DesiredResource<typeof DIAGNOSTIC_SETTING> {
  const environment = containerAppsEnvironment(input);
  const logs = ['ContainerAppConsoleLogs', 'ContainerAppSystemLogs'];
  return {
    kind: DIAGNOSTIC_SETTING,
    key: 'environment:diagnostics',
    title: `diagnostic setting of ${environment.title}`,
    id: `${environment.id}/providers/${DIAGNOSTIC_SETTING.type}/to-log-analytics`,
    body: {
      properties: {
        workspaceId: input.outputs.read('workspaceId'),
        logs: logs.map((category) => ({ category, enabled: true })),
      },
    },
  };
}
