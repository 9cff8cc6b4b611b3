import type { ArmResource } from '../azure/ports.ts';
import { regionName } from '../domain/compare.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { POSTGRESQL_API_VERSION } from '../resources/postgresql.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../shared/json.ts';

const PROVIDERS_API_VERSION = '2025-04-01';

/** Why the configured PostgreSQL cannot be had in its region, said by Azure before anything is made. */
export async function postgresOfferProblems(context: StepContext, subscription: string): Promise<readonly string[]> {
  const { sku, tier, version } = context.config.postgresql;
  const region = regionName(context.config.locations.postgresql);
  const path = `${subscription}/providers/Microsoft.DBforPostgreSQL/locations/${region}/capabilities`;
  const capabilities = await context.azure.arm.list(path, POSTGRESQL_API_VERSION);
  if (capabilities.length === 0) {
    return [
      `PostgreSQL flexible servers are restricted for this subscription in ${region}: set locations.postgresql to another region.`,
    ];
  }
  const editions = capabilities.flatMap((capability) => namedMembers(capability, 'supportedServerEditions'));
  const edition = editions.find(({ name }) => same(name, tier));
  const skus = edition ? namedMembers(edition.value, 'supportedServerSkus').map(({ name }) => name) : [];
  const versions = [...capabilities, ...editions.map(({ value }) => value)]
    .flatMap((holder) => namedMembers(holder, 'supportedServerVersions'))
    .map(({ name }) => name);
  const problems: string[] = [];
  if (!edition) {
    problems.push(
      `PostgreSQL tier ${tier} is not offered in ${region}; offered: ${list(editions.map(({ name }) => name))}.`,
    );
  } else if (!skus.some((name) => same(name, sku))) {
    problems.push(`PostgreSQL SKU ${sku} is not offered in ${region}; offered in ${tier}: ${list(skus)}.`);
  }
  if (versions.length > 0 && !versions.includes(version)) {
    problems.push(`PostgreSQL version ${version} is not offered in ${region}; offered: ${list(versions)}.`);
  }
  return problems;
}

/** Regions in which Azure does not offer a kind of resource that we would make there. */
export async function regionProblems(
  context: StepContext,
  subscription: string,
  desired: readonly DesiredResource[],
): Promise<readonly string[]> {
  const tracked = desired.filter(({ body }) => typeof body.location === 'string');
  const namespaces = [...new Set(tracked.map(({ type }) => namespaceOf(type)))];
  const providers = await settleAll(
    namespaces.map((namespace) =>
      context.azure.arm.get(`${subscription}/providers/${namespace}`, PROVIDERS_API_VERSION),
    ),
  );
  const offered = new Map(providers.flatMap(locationsByType));
  return tracked.flatMap(({ title, type, body }) => {
    const locations = offered.get(type.toLowerCase());
    const wanted = String(body.location);
    if (!locations || locations.some((location) => regionName(location) === regionName(wanted))) return [];
    return [`${title} cannot be made in ${wanted}; ${type} is offered in ${list(locations)}.`];
  });
}

/** Types that name no region are left out: they are offered everywhere, or the provider does not say. */
function locationsByType(provider: ArmResource | undefined): readonly (readonly [string, readonly string[]])[] {
  const namespace = provider?.namespace;
  const types = provider?.resourceTypes;
  if (typeof namespace !== 'string' || !Array.isArray(types)) return [];
  return types.filter(isJsonObject).flatMap(({ resourceType, locations }) => {
    const names = Array.isArray(locations) ? locations.filter((name) => typeof name === 'string') : [];
    return names.length === 0 ? [] : [[`${namespace}/${scalarText(resourceType)}`.toLowerCase(), names] as const];
  });
}

function namespaceOf(type: string): string {
  return type.split('/')[0] ?? type;
}

interface Named {
  readonly name: string;
  readonly value: JsonObject;
}

/** The named members of an array that stands in the object itself or in its `properties`. */
function namedMembers(holder: JsonObject, key: string): readonly Named[] {
  const array: Json | undefined = holder[key] ?? jsonAt(holder, `properties.${key}`);
  if (!Array.isArray(array)) return [];
  return array.flatMap((value) =>
    isJsonObject(value) && typeof value.name === 'string' ? [{ name: value.name, value }] : [],
  );
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : [...new Set(names)].join(', ');
}
