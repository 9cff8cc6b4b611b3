import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { refuse } from '../refusal.ts';
import { assignmentsAround } from '../roles.ts';
import type { StoredResource } from '../store.ts';
import { provisioningState, type World } from '../world.ts';
import { apiVersionProblem } from './api-versions.ts';
import { denyAssignmentViews, permissionViews } from './authorization.ts';
import { notFound, viewOf } from './lifecycle.ts';
import { type ListedResource, listedResource } from './listed-resource.ts';
import { type ArmReply, type ArmRequest, ok, refused } from './message.ts';
import { resourceFilter } from './resource-filter.ts';
import { parseResourcePath } from './resource-id.ts';
import type { ResourceType } from './resource-type.ts';

const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';
const ASSIGNMENT_TYPE = 'Microsoft.Authorization/roleAssignments';

const INVALID_FILTER = refuse(400, 'InvalidFilterInQueryString', 'Invalid $filter in the query string.');

/** Entries of a page when the caller names no number, as on Azure. */
const PAGE_SIZE = 1000;

/** `GET` of groups, of what is in a group or subscription, and of assignments, denials and permissions at any scope. */
export function answerLists(
  world: World,
  request: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
): ArmReply | undefined {
  if (request.method !== 'GET') return undefined;
  const path = request.path.replace(/\/+$/, '');
  const [, scope = '', kind = ''] =
    /^(\/.*?)\/providers\/Microsoft\.Authorization\/(roleAssignments|denyAssignments|permissions)$/i.exec(path) ?? [];
  if (kind.toLowerCase() === 'roleassignments') return ok({ value: roleAssignments(world, request, scope, types) });
  if (kind !== '' && !exists(world, scope)) return refused(notFound(scope));
  if (kind.toLowerCase() === 'permissions') return ok({ value: permissionViews(world, request.principal, scope) });
  if (kind.toLowerCase() === 'denyassignments') {
    return ok({ value: denyAssignmentViews(world, request.query.get('$filter') ?? '', scope) });
  }
  const [, subscription = '', rest = ''] = /^(\/subscriptions\/[^/]+)\/(.*)$/i.exec(path) ?? [];
  if (/^resourcegroups$/i.test(rest)) return listedGroups(world, request, types);
  if (/^resources$/i.test(rest)) return listedResources(world, request, types, subscription);
  const [, group] = /^resourceGroups\/([^/]+)\/resources$/i.exec(rest) ?? [];
  if (group === undefined) return undefined;
  const groupId = `${subscription}/resourceGroups/${group}`;
  return world.resource(groupId) ? listedResources(world, request, types, groupId) : refused(notFound(groupId));
}

/** `GET …/providers/Namespace/type` of a subscription, a group or a parent: all of that type there. */
export function answerCollection(
  world: World,
  request: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
): ArmReply | undefined {
  if (request.method !== 'GET') return undefined;
  const path = request.path.replace(/\/+$/, '');
  const probe = parseResourcePath(`${path}/x`, types);
  if (!probe || probe.rest.length > 0) return undefined;
  const { subscriptionId, group, parentId, type } = probe;
  const wrongVersion = apiVersionProblem(request, type);
  if (wrongVersion) return refused(wrongVersion);
  const groupId = group === undefined ? undefined : `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
  for (const needed of [groupId, parentId]) {
    const isSubscription = needed?.toLowerCase() === `/subscriptions/${world.state.subscriptionId}`;
    if (needed !== undefined && !isSubscription && !world.resource(needed)) return refused(notFound(needed));
  }
  // Of a subscription, those in all of its groups; of what is attached to resources, those of all below the scope.
  const below = type.extension && parentId !== undefined ? `${parentId}/` : probe.id.slice(0, -1);
  const prefix = group === undefined ? `/subscriptions/${subscriptionId}/` : below;
  const ofGroup = group === undefined ? undefined : world.resourcesAround(prefix).filter((one) => isOfType(one, type));
  const found = (ofGroup ?? world.resourcesOfType(type.type)).filter(({ id }) => isBelow(id, prefix));
  return page(
    request,
    found.map((one) => viewOf(one, type, world)),
  );
}

function listedGroups(world: World, request: ArmRequest, types: ReadonlyMap<string, ResourceType>): ArmReply {
  const matches = resourceFilter(request.query.get('$filter') ?? '');
  const type = types.get(GROUP_TYPE.toLowerCase());
  if (!matches || !type) return refused(INVALID_FILTER);
  const found = world.resourcesOfType(GROUP_TYPE).filter((one) => matches(listedResource(one)));
  return page(
    request,
    found.map((one) => viewOf(one, type, world)),
  );
}

/**
 * The list that Azure keeps in a cache of its own. When told to lag, it lacks what was made since, and still has what was
 * deleted since.
 */
function listedResources(
  world: World,
  request: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
  place: string,
): ArmReply {
  const matches = resourceFilter(request.query.get('$filter') ?? '');
  if (!matches) return refused(INVALID_FILTER);
  const { state } = world;
  const seenAt = world.now() - state.behaviour.listLagInSeconds * 1000;
  const prefix = `${place}/`.toLowerCase();
  const isGroup = world.resource(place) !== undefined;
  const present = (isGroup ? world.resourcesAround(place) : Object.values(state.resources))
    .filter(({ id }) => id.toLowerCase().startsWith(prefix))
    .filter(({ type, createdAt }) => types.get(type.toLowerCase())?.listed && Date.parse(createdAt) <= seenAt)
    .map(listedResource);
  const gone = Object.values(state.ghosts)
    .filter(
      ({ deletedAt, resource }) => Date.parse(deletedAt) > seenAt && !present.some(({ id }) => id === resource.id),
    )
    .map(({ resource }) => resource);
  const found = [...present, ...gone].filter((one) => isBelow(one.id, `${place}/`) && matches(one));
  return page(
    request,
    found.map((one): JsonObject => ({ ...one, ...expansion(world, request, one) })),
  );
}

/** What `$expand=createdTime,changedTime,provisioningState` adds, which az asks for with every list. */
function expansion(world: World, { query }: ArmRequest, { id }: ListedResource): JsonObject {
  const wanted = (query.get('$expand') ?? '').split(',');
  const resource = world.resource(id);
  if (!resource) return {};
  return {
    ...(wanted.includes('createdTime') && { createdTime: resource.createdAt }),
    ...(wanted.includes('changedTime') && { changedTime: resource.updatedAt }),
    ...(wanted.includes('provisioningState') && { provisioningState: provisioningState(resource, world) }),
  };
}

function exists(world: World, scope: string): boolean {
  return scope.toLowerCase() === `/subscriptions/${world.state.subscriptionId}` || world.resource(scope) !== undefined;
}

/** Those at the scope, above and below it; with `atScope()` not those below. */
function roleAssignments(
  world: World,
  { query }: ArmRequest,
  scope: string,
  types: ReadonlyMap<string, ResourceType>,
): Json[] {
  const type = types.get(ASSIGNMENT_TYPE.toLowerCase());
  const filter = query.get('$filter') ?? '';
  const [, principal] = /(?:assignedTo\(|principalId eq )'([^']+)'/i.exec(filter) ?? [];
  const here = `${scope}/`;
  const isInGroup = /^\/subscriptions\/[^/]+\/resourceGroups\//i.test(scope);
  const near = isInGroup ? assignmentsAround(world, scope) : world.resourcesOfType(ASSIGNMENT_TYPE);
  return near.flatMap((one) => {
    const { scope: assigned, principalId } = isJsonObject(one.body.properties) ? one.body.properties : {};
    const there = `${String(assigned)}/`;
    const isInReach = isBelow(here, there) || (!/atScope\(\)/i.test(filter) && isBelow(there, here));
    const isWanted = principal === undefined || principalId === principal;
    return type && isInReach && isWanted ? [viewOf(one, type, world)] : [];
  });
}

function isOfType(one: StoredResource, { type }: ResourceType): boolean {
  return one.type.toLowerCase() === type.toLowerCase();
}

function isBelow(id: string, prefix: string): boolean {
  return id.toLowerCase().startsWith(prefix.toLowerCase());
}

function page({ query, origin, path }: ArmRequest, items: readonly JsonObject[]): ArmReply {
  const size = Number(query.get('$top') ?? PAGE_SIZE);
  const start = Number(query.get('$skiptoken') ?? 0);
  if (!Number.isInteger(size) || size < 1 || !Number.isInteger(start)) {
    return refused(refuse(400, 'InvalidTopInQueryString', '$top and $skiptoken must be what they were answered as.'));
  }
  const value = items.slice(start, start + size);
  if (start + size >= items.length) return ok({ value });
  const next = new URLSearchParams(query);
  next.set('$skiptoken', String(start + size));
  return ok({ value, nextLink: `${origin}${path}?${next}` });
}
