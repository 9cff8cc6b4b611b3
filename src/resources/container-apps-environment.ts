import { decimal } from '../domain/cost/decimal.ts';
import type { CostInput, Meter, MeterUse, NotPriced } from '../domain/cost/meter.ts';
import { perUnits, product, use } from '../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { mountsBySmb } from '../domain/sections/composed-secrets.ts';
import { resourceTags } from '../domain/tags.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { consumptionMeter, dedicatedMeter, numberAt } from './app/replica-meters.ts';
import { ownPage } from './columns/portal.ts';
import { ENVIRONMENTS_IN_REGION } from './columns/quotas.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';

export const CONTAINER_APPS_ENVIRONMENT: ResourceKind<'Microsoft.App/managedEnvironments'> = {
  type: 'Microsoft.App/managedEnvironments',
  apiVersion: '2026-07-01',
  fingerprintVersion: '2026-01-01',
  provider: 'Microsoft.App',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.containerAppsEnvironment,
  uniqueName: null,
  availability: [OFFERED_IN_REGION],
  quotas: [ENVIRONMENTS_IN_REGION],
  permission: null,
  holdsData: false,
  update: 'patch',
  readOnly: ['identity.principalId', 'identity.tenantId'],
  // https://learn.microsoft.com/azure/container-apps/custom-virtual-networks
  immutable: ['location', 'properties.zoneRedundant', 'properties.vnetConfiguration.infrastructureSubnetId'],
  createOnly: [],
  // Somebody may have added a dedicated profile.
  openArrays: ['properties.workloadProfiles'],
  settings: {
    location: 'locations.container_apps',
    'properties.vnetConfiguration.infrastructureSubnetId': 'container_apps.subnet',
  },
  invariants: {},
  defaults: ['appLogsConfiguration', 'workloadProfiles', 'zoneRedundant', 'publicNetworkAccess'].map(
    (name) => `properties.${name}`,
  ),
  computed: ['tags', 'identity'],
  timeoutInSeconds: 1200,
  deletion: { how: 'request', softDeleted: null },
  cost: environmentCost,
  portalPage: ownPage,
};

export function containerAppsEnvironment(input: DesireInput): DesiredResource<typeof CONTAINER_APPS_ENVIRONMENT> {
  const { environmentName: name, subnet } = input.config.containerApps;
  return {
    kind: CONTAINER_APPS_ENVIRONMENT,
    key: 'environment',
    title: `Container Apps environment ${name}`,
    id: resourceId(input, CONTAINER_APPS_ENVIRONMENT.type, name),
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      ...(mountsBySmb(input.config) && { identity: keyReader(input) }),
      properties: {
        // Logs go by a diagnostic setting (diagnostic-setting.ts), so that no workspace key is needed. Without one they are kept
        // nowhere, as with `none`, but one that is added later is enough: https://learn.microsoft.com/azure/container-apps/log-options
        appLogsConfiguration: { destination: 'azure-monitor' },
        workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
        ...(subnet !== undefined && { vnetConfiguration: { infrastructureSubnetId: subnet } }),
        zoneRedundant: false,
        publicNetworkAccess: 'Enabled',
      },
    },
  };
}

/** Reads the key of the storage account in the vault: https://learn.microsoft.com/azure/container-apps/managed-identity */
function keyReader({ outputs }: DesireInput): JsonObject {
  return { type: 'UserAssigned', userAssignedIdentities: { [outputs.read('identityId')]: {} } };
}

const REQUESTS = consumptionMeter('Requests', '1M');
/** https://learn.microsoft.com/azure/container-apps/billing#consumption-plan, in millions. */
const FREE_REQUESTS = { amount: decimal(2), per: 'subscription', pool: 'million requests of Container Apps' } as const;
/** Over Microsoft's network, which is the default: https://azure.microsoft.com/pricing/details/bandwidth/ */
const EGRESS: Meter = {
  service: 'Bandwidth',
  product: 'Rtn Preference: MGN',
  sku: 'Standard',
  name: 'Standard Data Transfer Out',
  unit: '1 GB',
};

/** vCPU and GiB of the nodes of a profile: https://learn.microsoft.com/azure/container-apps/workload-profiles-overview#profile-types */
const NODES: Readonly<Record<string, readonly [cpu: number, memory: number]>> = {
  D4: [4, 16],
  D8: [8, 32],
  D16: [16, 64],
  D32: [32, 128],
  E4: [4, 32],
  E8: [8, 64],
  E16: [16, 128],
  E32: [32, 256],
};

/** What comes from outside counts with the environment, so that it counts once; nodes of dedicated profiles, whoever runs there. */
function environmentCost({ body, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  const { hours, requestsPerMonth, egressGb } = assumptions;
  const profiles = arrayAt(body, 'properties.workloadProfiles').filter(
    ({ workloadProfileType }) => workloadProfileType !== 'Consumption',
  );
  const unknown = profiles.find(({ workloadProfileType }) => !NODES[scalarText(workloadProfileType)]);
  if (unknown)
    return { notPriced: `its workload profile ${scalarText(unknown.workloadProfileType)} is not known here` };
  return [
    use('use', 'requests', REQUESTS, perUnits(requestsPerMonth, 1_000_000), { grant: FREE_REQUESTS }),
    use('use', 'data sent to the internet', EGRESS, decimal(egressGb)),
    ...(profiles.length > 0
      ? [use('fixed', 'management of dedicated profiles', dedicatedMeter('Plan Management'), decimal(hours))]
      : []),
    ...profiles.flatMap((profile) => nodeUses(profile, hours)),
  ];
}

function nodeUses(profile: JsonObject, hours: number): readonly MeterUse[] {
  const [cpu, memory] = NODES[scalarText(profile.workloadProfileType)] ?? [0, 0];
  const least = numberAt(profile, 'minimumCount', 0);
  const most = numberAt(profile, 'maximumCount', least);
  const of = (what: string, size: number): MeterUse =>
    use(
      'fixed',
      `${what} of the profile ${scalarText(profile.name)}`,
      dedicatedMeter(`${what} Usage`),
      product(least, size, hours),
      {
        most: product(most, size, hours),
      },
    );
  return [of('vCPU', cpu), of('Memory', memory)];
}

function arrayAt(body: JsonObject, path: string): readonly JsonObject[] {
  const value = jsonAt(body, path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
