import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';

const WORKSPACES = 'Microsoft.OperationalInsights/workspaces';
const COMPONENTS = 'Microsoft.Insights/components';
const RETENTION_IN_DAYS = 30;

export function workspace(input: DesireInput): DesiredResource {
  const name = input.config.monitoring.logWorkspace;
  return {
    key: 'workspace',
    title: `log workspace ${name}`,
    id: resourceId(input, WORKSPACES, name),
    type: WORKSPACES,
    apiVersion: '2026-03-01',
    body: {
      location: input.config.locations.monitoring,
      tags: resourceTags(input),
      properties: {
        sku: { name: 'PerGB2018' },
        retentionInDays: RETENTION_IN_DAYS,
        // No shared keys: the environment sends its logs through azure-monitor.
        features: { enableLogAccessUsingOnlyResourcePermissions: true, disableLocalAuth: true },
        publicNetworkAccessForIngestion: 'Enabled',
        publicNetworkAccessForQuery: 'Enabled',
      },
    },
    ownership: 'tagged',
    holdsData: true,
    immutable: ['location'],
    createOnly: [],
    update: 'patch',
    timeoutInSeconds: 300,
  };
}

/** Application Insights, bound to the workspace. */
export function appInsights(input: DesireInput): DesiredResource {
  const { appInsights: name, logWorkspace } = input.config.monitoring;
  return {
    key: 'app-insights',
    title: `Application Insights ${name}`,
    id: resourceId(input, COMPONENTS, name),
    type: COMPONENTS,
    apiVersion: '2020-02-02',
    body: {
      location: input.config.locations.monitoring,
      kind: 'web',
      tags: resourceTags(input),
      properties: {
        Application_Type: 'web',
        Flow_Type: 'Bluefield',
        Request_Source: 'rest',
        WorkspaceResourceId: resourceId(input, WORKSPACES, logWorkspace),
        IngestionMode: 'LogAnalytics',
        publicNetworkAccessForIngestion: 'Enabled',
        publicNetworkAccessForQuery: 'Enabled',
      },
    },
    ownership: 'tagged',
    holdsData: false,
    immutable: ['location', 'kind', 'properties.Application_Type'],
    // What the API asks REST callers to send; it does not always answer them.
    createOnly: ['properties.Flow_Type', 'properties.Request_Source'],
    timeoutInSeconds: 120,
  };
}
