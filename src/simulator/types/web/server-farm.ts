import { badRequest, refuseApp } from '../../app-service/refusals.ts';
import { PLAN, SITE } from '../../app-service/site-state.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';

export const WEB_VERSIONS = ['2025-03-01', '2024-11-01', '2024-04-01', '2023-12-01'];

/**
 * Hosting plans; of Flex Consumption, which is on Linux alone (`reserved`), what is needed of functions.
 * https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to, names:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftweb
 */
export const serverFarm: ResourceType = {
  type: PLAN,
  apiVersions: WEB_VERSIONS,
  name: /^[A-Za-z0-9-]{1,60}$/,
  listed: true,
  style: 'sync',
  createdAs200: true,
  seconds: { create: 10, update: 5, delete: 0 },
  check({ body, before }) {
    if (body.location === undefined) return badRequest('The location property is required for this definition.');
    if (skuOf(body) === 'FC1' && propertiesOf(body).reserved !== true) {
      return badRequest('Flex Consumption plans are for Linux alone: properties.reserved must be true.');
    }
    const isFlexBefore = before && skuOf(before.body) === 'FC1';
    // https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan: nothing is moved in or out of it.
    return isFlexBefore !== undefined && isFlexBefore !== (skuOf(body) === 'FC1')
      ? refuseApp(409, 'Conflict', 'The plan of a Flex Consumption app cannot be changed.')
      : undefined;
  },
  // https://github.com/hashicorp/terraform-provider-azurerm/issues/13377
  checkDelete(plan, world) {
    const [site] = sitesOf(world, plan);
    return site
      ? refuseApp(
          409,
          'Conflict',
          `Server farm '${plan.name}' cannot be deleted because it has web app(s) ${site.name} assigned to it.`,
        )
      : undefined;
  },
  defaults: () => ({ properties: { perSiteScaling: false, zoneRedundant: false, maximumElasticWorkerCount: 1 } }),
  view: (plan, world) => ({
    sku: {
      name: skuOf(plan.body),
      ...(skuOf(plan.body) === 'FC1' && { tier: 'FlexConsumption', family: 'FC', size: 'FC1' }),
    },
    properties: { status: 'Ready', numberOfSites: sitesOf(world, plan).length },
  }),
};

export function sitesOf(world: World, { id }: StoredResource): readonly StoredResource[] {
  return world
    .resourcesOfType(SITE)
    .filter(({ body }) => String(propertiesOf(body).serverFarmId).toLowerCase() === id.toLowerCase());
}
