import { isJsonObject } from '../../shared/json.ts';
import { regionDisplayNames } from '../container-apps/locations.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { listedApiVersions } from '../schemas.ts';
import { type ArmRequest, apiVersionOf } from './message.ts';
import type { ResourceType } from './resource-type.ts';

/** Types that Resource Manager itself answers for, with an error of its own. */
const OWN_NAMESPACE = 'microsoft.resources/';

/** All that the type has ever had, stable and preview, newest first. */
export function apiVersionsOf({ type, apiVersions }: Pick<ResourceType, 'type' | 'apiVersions'>): readonly string[] {
  return [...new Set([...apiVersions, ...listedApiVersions(type)])].toSorted((a, b) => (a < b ? 1 : -1));
}

/**
 * Why a request cannot be answered in its version. Resource Manager says it one way for its own types
 * (https://github.com/ansible-collections/azure/issues/1739), another way for those of providers
 * (https://github.com/pulumi/pulumi-azure-nextgen/issues/170, https://github.com/Azure/azure-cli/issues/28496).
 *
 * @param location of the resource, where it is known
 */
export function apiVersionProblem(request: ArmRequest, type: ResourceType, location?: string): Refusal | undefined {
  const version = apiVersionOf(request);
  const known = apiVersionsOf(type);
  if (known.some((one) => one.toLowerCase() === version.toLowerCase())) return undefined;
  if (type.type.toLowerCase().startsWith(OWN_NAMESPACE)) {
    return refuse(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid. The supported versions are '${known.join(',')}'.`,
    );
  }
  const sent = isJsonObject(request.body) && typeof request.body.location === 'string' ? request.body.location : '';
  const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');
  return refuse(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${plain(location ?? sent)}' and API version '${version}' for type '${type.type.split('/').slice(1).join('/')}'. The supported api-versions are '${known.join(', ')}'. The supported locations are '${regionDisplayNames().map(plain).join(', ')}'.`,
  );
}
