import { regionName } from '../../domain/compare.ts';
import { namespaceOf } from '../../domain/ids.ts';
import { isJsonObject, type Json, jsonAt, scalarText } from '../../shared/json.ts';
import type { AvailabilityCheck } from '../kind.ts';

export const PROVIDERS_API_VERSION = '2025-04-01';

/** Of DNS zones, for example: https://learn.microsoft.com/rest/api/dns/privatedns/private-zones/create-or-update */
const NO_REGION = ['', 'global'];

/**
 * Whether the provider offers the type in the region where one is to be made
 * (https://learn.microsoft.com/rest/api/resources/providers/get, `resourceTypes[].locations`).
 */
export const OFFERED_IN_REGION: AvailabilityCheck = {
  question: ({ kind }, subscription) => ({
    method: 'GET',
    path: `${subscription}/providers/${namespaceOf(kind.type)}`,
    apiVersion: PROVIDERS_API_VERSION,
  }),
  problems(answer, { title, kind, body }) {
    const locations = regionsOf(answer, kind.type);
    const wanted = scalarText(body.location);
    // A type that names no region is offered everywhere, or the provider does not say; what is in none says so itself.
    if (NO_REGION.includes(wanted) || locations.length === 0) return [];
    if (locations.some((location) => regionName(location) === regionName(wanted))) return [];
    return [`${title} cannot be made in ${wanted}; ${kind.type} is offered in ${[...new Set(locations)].join(', ')}.`];
  },
};

/** Regions in which a provider offers a type, by their names for people; none where it does not say. */
export function regionsOf(provider: Json | undefined, type: string): readonly string[] {
  const types = provider === undefined ? undefined : jsonAt(provider, 'resourceTypes');
  const [, ...parts] = type.toLowerCase().split('/');
  const found = Array.isArray(types)
    ? types.filter(isJsonObject).find(({ resourceType }) => scalarText(resourceType).toLowerCase() === parts.join('/'))
    : undefined;
  return Array.isArray(found?.locations) ? found.locations.filter((name) => typeof name === 'string') : [];
}
