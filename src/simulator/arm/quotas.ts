import { type JsonObject, jsonAt } from '../../shared/json.ts';
import { displayLocation } from '../container-apps/locations.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import { postgresSkus } from '../types/offers.ts';
import type { World } from '../world.ts';
import { type ArmReply, type ArmRequest, ok } from './message.ts';

/** What a subscription may have of something in each region, until the behaviour says otherwise. */
interface Quota {
  readonly name: string;
  readonly localizedName: string;
  readonly type: string;
  readonly limit: number;
  /** Path of its usages, below the subscription, with the region in a group. */
  readonly usages: RegExp;
  amount(body: JsonObject): number;
  refusal(where: { readonly subscription: string; readonly region: string; readonly limit: number }): Refusal;
}

/**
 * https://learn.microsoft.com/rest/api/postgresql/quota-usages/list; names:
 * https://learn.microsoft.com/powershell/module/az.postgresqlflexibleserver/get-azpostgresqlflexibleserverquotausage. What a server
 * beyond it is refused with is not public.
 *
 * @param name `cores` for all of them, or a family
 */
function databaseCores(name: string): Quota {
  return {
    name,
    localizedName: name,
    type: 'Microsoft.DBforPostgreSQL/flexibleServers',
    limit: 200,
    usages: /^\/providers\/Microsoft\.DBforPostgreSQL\/locations\/([^/]+)\/resourceType\/flexibleServers\/usages$/i,
    amount(body) {
      const size = String(jsonAt(body, 'sku.name'));
      return name === 'cores' || familyOf(size) === name ? Number(/_[BDE](\d+)/.exec(size)?.[1] ?? 1) : 0;
    },
    refusal: ({ region, limit }) =>
      refuse(
        400,
        'QuotaExceeded',
        `Operation could not be completed as it results in exceeding the approved quota of ${limit} ${name} in ${region}.`,
      ),
  };
}

/** `Standard_D2ds_v5` is of `standardDDSv5Family`, `Standard_B1ms` of `standardBSFamily`. */
function familyOf(size: string): string {
  const [, series = '', features = '', version = ''] = /^Standard_([A-Z])\d+([a-z]*)(?:_(v\d+))?$/.exec(size) ?? [];
  return `standard${series}${series === 'B' ? 'S' : features.toUpperCase()}${version}Family`;
}

const QUOTAS: readonly Quota[] = [
  {
    // https://learn.microsoft.com/dotnet/api/azure.resourcemanager.appcontainers.appcontainersextensions.getusagesasync; limits: https://learn.microsoft.com/azure/container-apps/quotas
    name: 'ManagedEnvironmentCount',
    localizedName: 'Managed Environment Count',
    type: 'Microsoft.App/managedEnvironments',
    limit: 50,
    usages: /^\/providers\/Microsoft\.App\/locations\/([^/]+)\/usages$/i,
    amount: () => 1,
    refusal: ({ subscription, region, limit }) =>
      refuse(
        400,
        'MaxNumberOfRegionalEnvironmentsInSubExceeded',
        `The subscription '${subscription}' cannot have more than ${limit} Container App Environments in ${displayLocation(region)}.`,
      ),
  },
  ...['cores', ...new Set(postgresSkus().map(({ name }) => familyOf(name)))].map(databaseCores),
];

/** Where the address is that of usages: how much of each quota a region has in use. */
export function answerUsages(world: World, { method }: ArmRequest, rest: string): ArmReply | undefined {
  if (method !== 'GET') return undefined;
  const found = QUOTAS.flatMap((quota) => {
    const [, location] = quota.usages.exec(rest) ?? [];
    return location === undefined ? [] : [usage(world, quota, regionOf(location))];
  });
  return found.length === 0 ? undefined : ok({ value: found });
}

function usage(world: World, quota: Quota, region: string): JsonObject {
  return {
    unit: 'Count',
    currentValue: inUse(world, quota, region),
    limit: limitOf(world, quota, region),
    name: { value: quota.name, localizedValue: quota.localizedName },
  };
}

/** Why a new resource, or a larger one, is too much for the subscription. @param before its body until now */
export function quotaProblem(
  world: World,
  type: string,
  body: JsonObject,
  before: StoredResource | undefined,
): Refusal | undefined {
  const region = regionOf(String(body.location ?? before?.body.location ?? ''));
  for (const quota of QUOTAS) {
    if (quota.type !== type) continue;
    const more = quota.amount(body) - (before ? quota.amount(before.body) : 0);
    const limit = limitOf(world, quota, region);
    if (more > 0 && inUse(world, quota, region) + more > limit) {
      return quota.refusal({ subscription: world.state.subscriptionId, region, limit });
    }
  }
  return undefined;
}

function inUse(world: World, quota: Quota, region: string): number {
  const there = world.resourcesOfType(quota.type).filter(({ body }) => regionOf(String(body.location)) === region);
  return there.reduce((sum, { body }) => sum + quota.amount(body), 0);
}

function limitOf({ state: { behaviour } }: World, { name, limit }: Quota, region: string): number {
  return behaviour.quotas[`${region}/${name}`] ?? limit;
}

function regionOf(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
