import { decimal, dividedBy } from '../domain/cost/decimal.ts';
import type { CostInput, Meter, MeterUse, NotPriced } from '../domain/cost/meter.ts';
import { daysOf, product, use } from '../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { jsonAt, scalarText } from '../shared/json.ts';
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
  cost: workspaceCost,
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

const INCLUDED_RETENTION_IN_DAYS = 31;

/** https://learn.microsoft.com/azure/azure-monitor/logs/cost-logs: by what comes in, and by what is kept for longer than a month. */
function workspaceCost({ body, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  const sku = scalarText(jsonAt(body, 'properties.sku.name'), 'PerGB2018');
  if (!/^pergb2018$/i.test(sku)) return { notPriced: `its pricing tier ${sku} is not known here` };
  const meter = (name: string, unit: string): Meter => ({
    service: 'Log Analytics',
    product: 'Log Analytics',
    sku: 'Analytics Logs',
    name: `Analytics Logs ${name}`,
    unit,
  });
  const { logsGb } = assumptions;
  const longer = Number(scalarText(jsonAt(body, 'properties.retentionInDays'), '0')) - INCLUDED_RETENTION_IN_DAYS;
  const kept = longer > 0 ? dividedBy(product(logsGb, longer), daysOf(assumptions), 6) : undefined;
  return [
    use('use', 'logs taken in', meter('Data Ingestion', '1 GB'), decimal(logsGb)),
    ...(kept ? [use('use', 'logs kept for longer than 31 days', meter('Data Retention', '1 GB/Month'), kept)] : []),
  ];
}
