import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { ownPage } from './columns/portal.ts';
import { SMART_DETECTION } from './columns/smart-detection.ts';
import type { ResourceKind } from './kind.ts';
import { workspace } from './log-workspace.ts';

export const APPLICATION_INSIGHTS: ResourceKind<'Microsoft.Insights/components'> = {
  type: 'Microsoft.Insights/components',
  apiVersion: '2020-02-02',
  provider: 'Microsoft.Insights',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.appInsights,
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'put',
  immutable: ['location', 'kind', 'properties.Application_Type'],
  // What the API asks REST callers to send; it does not always answer them.
  createOnly: ['properties.Flow_Type', 'properties.Request_Source'],
  settings: { location: 'locations.monitoring' },
  invariants: {},
  defaults: [
    'kind',
    'properties.Application_Type',
    'properties.IngestionMode',
    'properties.publicNetworkAccessForIngestion',
    'properties.publicNetworkAccessForQuery',
  ],
  computed: ['tags', 'properties.WorkspaceResourceId'],
  timeoutInSeconds: 120,
  deletion: { how: 'request', softDeleted: null },
  companions: SMART_DETECTION,
  cost: 'elsewhere',
  portalPage: ownPage,
};

/** Application Insights, bound to the workspace. */
export function appInsights(input: DesireInput): DesiredResource<typeof APPLICATION_INSIGHTS> {
  const { appInsights: name } = input.config.monitoring;
  return {
    kind: APPLICATION_INSIGHTS,
    key: 'app-insights',
    title: `Application Insights ${name}`,
    id: resourceId(input, APPLICATION_INSIGHTS.type, name),
    body: {
      location: input.config.locations.monitoring,
      kind: 'web',
      tags: resourceTags(input),
      properties: {
        Application_Type: 'web',
        Flow_Type: 'Bluefield',
        Request_Source: 'rest',
        WorkspaceResourceId: workspace(input).id,
        IngestionMode: 'LogAnalytics',
        publicNetworkAccessForIngestion: 'Enabled',
        publicNetworkAccessForQuery: 'Enabled',
      },
    },
  };
}
