import type { InstallOptions } from './options.ts';
import { NO_DATA, type Resources } from './resource.ts';

/**
 * Application Insights takes telemetry from identities with a role only, so that its connection string is an address and no credential:
 * https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication#disable-local-authentication. How much is sent says
 * host.json (`samplingSettings`).
 */
export function telemetryResources({ name }: InstallOptions): Resources {
  return {
    logs: {
      type: 'Microsoft.OperationalInsights/workspaces',
      api_version: '2026-03-01',
      name: `${name}-logs`,
      ...NO_DATA,
      body: { properties: { sku: { name: 'PerGB2018' }, retentionInDays: 30 } },
    },
    insights: {
      type: 'Microsoft.Insights/components',
      api_version: '2020-02-02',
      name: `${name}-insights`,
      ...NO_DATA,
      body: {
        kind: 'web',
        properties: {
          Application_Type: 'web',
          Flow_Type: 'Bluefield',
          Request_Source: 'rest',
          WorkspaceResourceId: '${{resources.logs.id}}',
          IngestionMode: 'LogAnalytics',
          DisableLocalAuth: true,
        },
      },
      // Azure writes this once; it need not answer the other two.
      write_only: ['properties.Flow_Type', 'properties.Request_Source'],
      outputs: { connection: { path: 'properties.ConnectionString', public: true } },
    },
  };
}
