import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { type GenericResourceConfig, genericKey } from '../domain/generic/generic-config.ts';
import { genericId, genericResourceOf, resourcesNamedBy } from '../domain/generic/generic-place.ts';
import { nameOf, namespaceOf } from '../domain/ids.ts';
import { mayRefer, referencesIn } from '../domain/references/reference-text.ts';
import { referencesOf } from '../domain/references/references.ts';
import { markedSecrets } from '../domain/references/secret-marks.ts';
import { resourceTags } from '../domain/tags.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import { KNOWN_VERSION } from './columns/api-version.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';
import { ROLE_ASSIGNMENT } from './role-assignment.ts';

/** The kind of resources whose type is data: what can be said of any resource of Azure. */
export interface GenericKind extends ResourceKind {
  readonly isGeneric: true;
  readonly readOnly: readonly string[];
}

/** Some take most of an hour (https://learn.microsoft.com/azure/api-management/get-started-create-service-instance). */
const TIMEOUT_IN_SECONDS = 3600;

/** What all types have in common. */
export function genericKind(
  type: string,
  { apiVersion, ownership }: Pick<GenericKind, 'apiVersion' | 'ownership'>,
): GenericKind {
  return {
    isGeneric: true,
    type,
    apiVersion,
    provider: namespaceOf(type),
    ownership,
    listing: ownership === 'tagged' ? 'member' : 'absent',
    // Azure's own error tells what else it does not take.
    name: { pattern: /^[^/]+$/, allowed: 'no name without characters, and none with a slash' },
    uniqueName: null,
    availability: [KNOWN_VERSION, OFFERED_IN_REGION],
    permission: permissionOf(type),
    holdsData: true,
    update: 'put',
    // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-resource-location: of all others Azure says so itself.
    immutable: ['location'],
    createOnly: [],
    settings: {},
    invariants: {},
    defaults: [],
    computed: ['location', 'tags'],
    withdrawn: ['**'],
    respells: true,
    // Others that send the whole of what they read take these out: https://github.com/Azure/terraform-provider-azapi/releases/tag/v2.5.0
    readOnly: [
      'properties.provisioningState',
      'identity.principalId',
      'identity.tenantId',
      'identity.userAssignedIdentities.*.principalId',
      'identity.userAssignedIdentities.*.clientId',
    ],
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
    condition: { path: 'properties.provisioningState', good: 'Succeeded' },
    deletion: { how: 'request', softDeleted: null },
    portalPage: ownPage,
    ...ofGrants(type),
  };
}

/**
 * Azure lets nobody change whose a grant is (`RoleAssignmentUpdateNotPermitted`), and a name may stand for a principal that was made anew:
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---unable-to-create-a-role-assignment
 */
function ofGrants(type: string): Partial<GenericKind> {
  const { type: grants, replaceable = true } = ROLE_ASSIGNMENT;
  return type.toLowerCase() === grants.toLowerCase() ? { immutable: ['properties.principalId'], replaceable } : {};
}

/** A Contributor may do all but these: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged#contributor */
function permissionOf(type: string): ResourceKind['permission'] {
  if (namespaceOf(type).toLowerCase() !== 'microsoft.authorization') return null;
  const roles = 'Owner or User Access Administrator';
  return { action: `${type}/write`, title: `write ${type}`, roles, leastRole: 'User Access Administrator' };
}

/** One of the resources that the configuration has under `resources`. */
export function genericResource(input: DesireInput, key: string): DesiredResource<GenericKind> {
  const config = genericResourceOf(input.config, key);
  const all = referencesOf(input.config);
  const body = bodyOf(input, config, all.resolve(config.body, input) as JsonObject);
  const { location, type, apiVersion, holdsData, writeOnly = [], readOnly = [], readAction, wholeArrays } = config;
  const secret = pathsOfSecrets(body);
  const kind = genericKind(type, { apiVersion, ownership: ownershipOf(config) });
  const id = genericId(key, input, all);
  return {
    kind: {
      ...kind,
      writeOnly: [...writeOnly, ...secret],
      // Azure tells that of its parent even of what takes none.
      readOnly: [...kind.readOnly, ...readOnly, ...(location === undefined ? ['location'] : [])],
      ...(readAction !== undefined && { readAction }),
      ...(wholeArrays && { wholeArrays }),
    },
    key: genericKey(key),
    title: `${type} ${nameOf(id)}`,
    id,
    body: location === undefined ? body : { location: String(all.resolve(location, input)), ...body },
    holdsData,
    configKeys: [`resources.${key}`],
    needs: resourcesNamedBy(input.config, key).map(genericKey),
  };
}

function bodyOf(input: DesireInput, { tags }: GenericResourceConfig, body: JsonObject): JsonObject {
  if (!tags) return body;
  const own = isJsonObject(body.tags) ? body.tags : {};
  return { ...body, tags: { ...own, ...resourceTags(input) } };
}

/** What carries no tag is ours with what it is in, or as far as the state knows it. */
function ownershipOf({ tags, name, parent, scope }: GenericResourceConfig): GenericKind['ownership'] {
  if (tags) return 'tagged';
  const places = [parent, scope, name.includes('/') ? name : undefined];
  const isKey = parent !== undefined && !parent.startsWith('/') && !mayRefer(parent);
  return isKey || places.some((place) => place !== undefined && namesOurs(place)) ? 'child' : 'recorded';
}

/** What every deployment in the subscription or the group could say as well. */
const PLACES = ['environment', 'azure'];

function namesOurs(text: string): boolean {
  return referencesIn(text).some((name) => !PLACES.includes(name.split('.')[0] ?? ''));
}

/** Paths of what has a secret in it; an array is one value. */
function pathsOfSecrets(body: JsonObject, path: readonly string[] = []): readonly string[] {
  return Object.entries(body).flatMap(([key, value]: [string, Json]) => {
    const at = [...path, key];
    if (isJsonObject(value)) return pathsOfSecrets(value, at);
    return markedSecrets(value).length > 0 ? [at.join('.')] : [];
  });
}
