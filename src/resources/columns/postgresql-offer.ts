import { regionName } from '../../domain/compare.ts';
import { namespaceOf } from '../../domain/ids.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { AvailabilityCheck } from '../kind.ts';

/**
 * Whether tier, SKU and version are offered in the region, as Azure says before anything is made
 * (https://learn.microsoft.com/rest/api/postgresql/capabilities-by-location/list).
 */
export const POSTGRESQL_OFFER: AvailabilityCheck = {
  question: ({ kind, body }, subscription) => ({
    method: 'LIST',
    path: `${subscription}/providers/${namespaceOf(kind.type)}/locations/${regionOf(body)}/capabilities`,
    apiVersion: kind.apiVersion,
  }),
  problems(answer, { body }) {
    const region = regionOf(body);
    const capabilities = Array.isArray(answer) ? answer.filter(isJsonObject) : [];
    if (capabilities.length === 0) {
      return [`PostgreSQL flexible servers are restricted for this subscription in ${region}.`];
    }
    const editions = capabilities.flatMap((capability) => namedMembers(capability, 'supportedServerEditions'));
    const versions = [...capabilities, ...editions.map(({ value }) => value)]
      .flatMap((holder) => namedMembers(holder, 'supportedServerVersions'))
      .map(({ name }) => name);
    const version = scalarText(jsonAt(body, 'properties.version'));
    const problems = skuProblems(editions, body, region);
    if (versions.length === 0 || versions.includes(version)) return problems;
    return [...problems, `PostgreSQL version ${version} is not offered in ${region}; offered: ${list(versions)}.`];
  },
};

function skuProblems(editions: readonly Named[], body: JsonObject, region: string): readonly string[] {
  const [tier, sku] = [scalarText(jsonAt(body, 'sku.tier')), scalarText(jsonAt(body, 'sku.name'))];
  const edition = editions.find(({ name }) => same(name, tier));
  if (!edition) {
    const offered = list(editions.map(({ name }) => name));
    return [`PostgreSQL tier ${tier} is not offered in ${region}; offered: ${offered}.`];
  }
  const skus = namedMembers(edition.value, 'supportedServerSkus').map(({ name }) => name);
  if (skus.some((name) => same(name, sku))) return [];
  return [`PostgreSQL SKU ${sku} is not offered in ${region}; offered in ${tier}: ${list(skus)}.`];
}

function regionOf({ location }: JsonObject): string {
  return regionName(scalarText(location));
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
