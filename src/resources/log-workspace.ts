import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';

const KEPT_AFTER_DELETION_IN_DAYS = 14;

export const LOG_WORKSPACE: ResourceKind<'Microsoft.OperationalInsights/workspaces'> = {
  type: 'Microsoft.OperationalInsights/workspaces',
  apiVersion: '2026-03-01',
  provider: 'Microsoft.OperationalInsights',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.logWorkspace,
  uniqueName: null,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location'],
  createOnly: [],
  settings: { location: 'locations.monitoring' },
  invariants: {},
  defaults: ['properties'],
  computed: ['tags'],
  timeoutInSeconds: 300,
  // A deleted one is kept for 14 days, and a PUT of the same name in the same group brings it back without being told to
  // (https://learn.microsoft.com/azure/azure-monitor/logs/delete-workspace).
  deletion: {
    how: 'request',
    softDeleted: null,
    afterlife: () => ({ days: KEPT_AFTER_DELETION_IN_DAYS, holdsName: false, isProtected: false }),
  },
  portalPage: ownPage,
};

const RETENTION_IN_DAYS = 30;

export function workspace(input: DesireInput): DesiredResource<typeof LOG_WORKSPACE> {
  const name = input.config.monitoring.logWorkspace;
  return {
    kind: LOG_WORKSPACE,
    key: 'workspace',
    title: `log workspace ${name}`,
    id: resourceId(input, LOG_WORKSPACE.type, name),
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
  };
}
