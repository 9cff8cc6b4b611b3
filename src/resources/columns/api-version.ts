import { namespaceOf } from '../../domain/ids.ts';
import { isJsonObject, type Json, jsonAt, scalarText } from '../../shared/json.ts';
import type { AvailabilityCheck } from '../kind.ts';
import { PROVIDERS_API_VERSION } from './region.ts';

/**
 * Whether the provider knows the type in that version (https://learn.microsoft.com/rest/api/resources/providers/get,
 * `resourceTypes[].apiVersions`). Types that it does not list, as many children, may still exist.
 */
export const KNOWN_VERSION: AvailabilityCheck = {
  question: ({ kind }, subscription) => ({
    method: 'GET',
    path: `${subscription}/providers/${namespaceOf(kind.type)}`,
    apiVersion: PROVIDERS_API_VERSION,
  }),
  problems(answer, { title, kind: { type, apiVersion } }) {
    const versions = versionsOf(answer, type);
    if (versions.length === 0 || versions.includes(apiVersion)) return [];
    return [`${title} cannot be made with the API version ${apiVersion}; ${type} has ${few(versions)}.`];
  },
};

function versionsOf(provider: Json | undefined, type: string): readonly string[] {
  const types = provider === undefined ? undefined : jsonAt(provider, 'resourceTypes');
  const own = type.slice(namespaceOf(type).length + 1).toLowerCase();
  const found = Array.isArray(types)
    ? types.filter(isJsonObject).find(({ resourceType }) => scalarText(resourceType).toLowerCase() === own)
    : undefined;
  return Array.isArray(found?.apiVersions) ? found.apiVersions.filter((one) => typeof one === 'string') : [];
}

const MOST_TOLD = 5;

/** The newest first, as Azure lists them. */
function few(versions: readonly string[]): string {
  const more = versions.length - MOST_TOLD;
  return `${versions.slice(0, MOST_TOLD).join(', ')}${more > 0 ? ` and ${more} earlier ones` : ''}`;
}
