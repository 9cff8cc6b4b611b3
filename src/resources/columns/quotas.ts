import { regionName } from '../../domain/compare.ts';
import { namespaceOf } from '../../domain/ids.ts';
import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { KnownResource, QuotaCheck } from '../kind.ts';

/** Where the usages of a provider in the resource's region are. */
function usagesOf({ kind, body }: KnownResource, subscription: string, below: string) {
  const path = `${subscription}/providers/${namespaceOf(kind.type)}/locations/${regionName(scalarText(body.location))}/${below}`;
  return { method: 'LIST', path, apiVersion: kind.apiVersion } as const;
}

/**
 * https://learn.microsoft.com/dotnet/api/azure.resourcemanager.appcontainers.appcontainersextensions.getusagesasync,
 * https://learn.microsoft.com/azure/container-apps/quotas
 */
export const ENVIRONMENTS_IN_REGION: QuotaCheck = {
  question: (resource, subscription) => usagesOf(resource, subscription, 'usages'),
  name: () => 'ManagedEnvironmentCount',
  title: () => 'Container Apps environments',
  amount: () => 1,
};

/**
 * vCores of all sizes together, and of the family of the size (https://learn.microsoft.com/rest/api/postgresql/quota-usages/list,
 * https://learn.microsoft.com/powershell/module/az.postgresqlflexibleserver/get-azpostgresqlflexibleserverquotausage). How many a size
 * has stands in its name: https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-limits. Whether a standby counts,
 * Azure does not say.
 */
export const DATABASE_CORES_IN_REGION: readonly QuotaCheck[] = [
  databaseCores(
    () => 'cores',
    () => 'vCores of PostgreSQL',
  ),
  databaseCores(
    ({ body }) => familyOf(sizeOf(body)),
    ({ body }) => `vCores of PostgreSQL of the ${familyOf(sizeOf(body))}`,
  ),
];

function databaseCores(name: QuotaCheck['name'], title: QuotaCheck['title']): QuotaCheck {
  return {
    question: (resource, subscription) => usagesOf(resource, subscription, 'resourceType/flexibleServers/usages'),
    name,
    title,
    amount: ({ body }) => Number(/^Standard_[A-Z](\d+)/.exec(sizeOf(body))?.[1] ?? 0),
  };
}

/** `Standard_D2ds_v5` is of `standardDDSv5Family`, `Standard_B1ms` of `standardBSFamily`. */
function familyOf(size: string): string {
  const [, series = '', features = '', version = ''] = /^Standard_([A-Z])\d+([a-z]*)(?:_(v\d+))?$/.exec(size) ?? [];
  return `standard${series}${series === 'B' ? 'S' : features.toUpperCase()}${version}Family`;
}

function sizeOf(body: JsonObject): string {
  return scalarText(jsonAt(body, 'sku.name'));
}
