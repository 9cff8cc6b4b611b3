import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import { skuOf } from '../../arm/resource-body.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import { provisioningState, type World } from '../../world.ts';
import { SERVICE_BUS_VERSIONS } from './authorization-rule.ts';

export const NAMESPACE = 'Microsoft.ServiceBus/namespaces';
const UNITS = [1, 2, 4, 8, 16];

/**
 * https://learn.microsoft.com/rest/api/servicebus/namespaces/create-or-update; names:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftservicebus.
 */
export const serviceBusNamespace: ResourceType = {
  type: NAMESPACE,
  apiVersions: SERVICE_BUS_VERSIONS,
  name: /^(?=.{6,50}$)[A-Za-z][A-Za-z0-9-]*(?<!-sb|-mgmt)(?<=[A-Za-z0-9])$/,
  nameError: 'BadRequest',
  invalidNameReason: 'InvalidName',
  listed: true,
  style: 'state',
  states: { Creating: 'Created' },
  exclusiveOn: 'children',
  busyCode: 'Conflict',
  seconds: { create: 60, update: 20, delete: 30 },
  check: (write) => nameTakenProblem(write) ?? skuProblem(write),
  apply({ world, resource, before, name, id, body }) {
    if (before) return undefined;
    const { createdAt, updatedAt } = resource;
    if (skuOf(body) === '') resource.body = { ...resource.body, sku: { name: 'Standard' } };
    setOutputs(resource, {
      serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/`,
      metricId: `${world.state.subscriptionId}:${name.toLowerCase()}`,
      createdAt,
    });
    world.index.keepResource({
      id: `${id}/AuthorizationRules/RootManageSharedAccessKey`,
      name: 'RootManageSharedAccessKey',
      type: `${NAMESPACE}/AuthorizationRules`,
      body: { properties: { rights: ['Listen', 'Manage', 'Send'] } },
      ...{ extra: {}, createdAt, updatedAt },
    });
    return undefined;
  },
  defaults: () => ({
    properties: {
      disableLocalAuth: false,
      minimumTlsVersion: '1.2',
      premiumMessagingPartitions: 0,
      privateEndpointConnections: [],
      publicNetworkAccess: 'Enabled',
      zoneRedundant: true,
    },
  }),
  view: (resource, world) => statusView(resource, world),
};

function statusView(resource: StoredResource, world: World): JsonObject {
  const sku = isJsonObject(resource.body.sku) ? resource.body.sku : {};
  const isMade = provisioningState(resource, world) !== 'Creating';
  const { updatedAt } = resource;
  return {
    sku: { ...sku, tier: sku.name ?? null },
    properties: { status: isMade ? 'Active' : 'Creating', updatedAt },
  };
}

/** The words: https://github.com/MicrosoftDocs/azure-docs/issues/34158. */
function nameTakenProblem({ world, id, name }: Write): Refusal | undefined {
  const isTaken = world
    .resourcesOfType(NAMESPACE)
    .some((one) => one.name.toLowerCase() === name.toLowerCase() && one.id.toLowerCase() !== id.toLowerCase());
  return isTaken ? refuse(400, 'BadRequest', 'The specified name is not available.') : undefined;
}

/** From Basic to Standard and back, to Premium and back not: https://github.com/hashicorp/terraform-provider-azurerm/pull/16523 */
function skuProblem({ body, before }: Write): Refusal | undefined {
  const sku = isJsonObject(body.sku) ? body.sku : {};
  const isPremium = sku.name === 'Premium';
  if (before && sku.name !== undefined && (skuOf(before.body) === 'Premium') !== isPremium) {
    return refuse(400, 'BadRequest', `The sku of a namespace cannot be changed to '${String(sku.name)}'.`);
  }
  // https://learn.microsoft.com/azure/service-bus-messaging/service-bus-premium-messaging#messaging-unit---how-many-are-needed
  const isOdd = sku.capacity !== undefined && isPremium && !UNITS.includes(Number(sku.capacity));
  return isOdd ? refuse(400, 'BadRequest', `Capacity must be one of ${UNITS.join(', ')}.`) : undefined;
}
