import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { mountsBySmb } from '../domain/sections/composed-secrets.ts';
import { resourceTags } from '../domain/tags.ts';
import type { JsonObject } from '../shared/json.ts';
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
