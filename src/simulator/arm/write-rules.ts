import { type Json, type JsonObject, jsonAt } from '../../shared/json.ts';
import { displayLocation, isRegion, regionDisplayNames } from '../container-apps/locations.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { schemaProblems } from '../schemas.ts';
import type { StoredResource } from '../store.ts';
import { provisioningState, type World } from '../world.ts';
import { filled } from './defaults.ts';
import { type ArmRequest, apiVersionOf } from './message.ts';
import { isRunning } from './operations.ts';
import { parseResourcePath, type ResourcePath } from './resource-id.ts';
import type { ResourceType, Write } from './resource-type.ts';
import { tagsProblem } from './tags.ts';

export interface Target extends ResourcePath {
  readonly world: World;
  readonly request: ArmRequest;
  readonly types: ReadonlyMap<string, ResourceType>;
}

const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';

/** What is wrong with a PUT, in the order in which Azure looks. */
export function putProblem(target: Target, sent: JsonObject, before: StoredResource | undefined): Refusal | undefined {
  const { type, id, name, world } = target;
  return (
    placeProblem(target) ??
    nameProblem(target) ??
    schemaProblem(type, sent, apiVersionOf(target.request)) ??
    tagsProblem(sent) ??
    locationProblem(target, sent, before) ??
    busyProblem(target, before) ??
    (before ? immutableProblem(type, sent, before) : globalNameProblem(target)) ??
    type.check?.({ world, id, name, body: sent, sent, before, ...askedBy(target.request) })
  );
}

/**
 * What is wrong with a PATCH. Read-only members are let through: recorded clients send back what they were answered.
 *
 * @param body what the resource would be after it
 */
export function patchProblem(
  target: Target,
  sent: JsonObject,
  body: JsonObject,
  before: StoredResource,
): Refusal | undefined {
  const { type, id, name, world } = target;
  return (
    groupGoingProblem(target) ??
    tagsProblem(body) ??
    locationProblem(target, sent, before) ??
    busyProblem(target, before) ??
    immutableProblem(type, sent, before) ??
    type.check?.({ world, id, name, body, sent, before, ...askedBy(target.request) })
  );
}

export function deleteProblem(target: Target, resource: StoredResource): Refusal | undefined {
  const isGroup = target.type.type === GROUP_TYPE;
  return (
    (isGroup ? groupGoingProblem(target) : undefined) ??
    busyProblem(target, resource) ??
    target.type.checkDelete?.(resource, target.world, target.request.headers)
  );
}

/** What a write knows of its request. */
export function askedBy(request: ArmRequest): Pick<Write, 'apiVersion' | 'headers'> {
  return { apiVersion: apiVersionOf(request), headers: request.headers };
}

/** Group and parent must be there, and not on their way out. */
function placeProblem(target: Target): Refusal | undefined {
  const { world, type, parentId } = target;
  const group = groupProblem(target) ?? groupGoingProblem(target);
  if (group || parentId === undefined) return group;
  const isGroupOrAbove = !/\/providers\//i.test(parentId);
  if (isGroupOrAbove || world.resource(parentId) || isHeld(target, parentId)) return undefined;
  return refuse(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${type.type}', because the parent resource '${parentId}' could not be found.`,
  );
}

/** Whether it is part of a resource that knows it. */
function isHeld({ world, types }: Target, id: string): boolean {
  const path = parseResourcePath(id, types);
  const owner = path && world.resource(path.id);
  return owner !== undefined && path?.type.holds?.(owner, path.rest, world) === true;
}

/**
 * What a deletion needs to be there: the group, and the parent of a child (the words:
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource). What is attached to
 * something that is gone is gone, too.
 */
export function missingPlaceProblem(target: Target): Refusal | undefined {
  const { world, type, parentId } = target;
  const group = groupProblem(target);
  if (group || parentId === undefined || type.extension || world.resource(parentId)) return group;
  return refuse(
    404,
    'ParentResourceNotFound',
    `Can not perform requested operation on nested resource. Parent resource '${parentId.split('/').at(-1)}' not found.`,
  );
}

function groupProblem({ world, type, group, subscriptionId }: Target): Refusal | undefined {
  if (group === undefined || type.type === GROUP_TYPE) return undefined;
  return world.resource(`/subscriptions/${subscriptionId}/resourceGroups/${group}`)
    ? undefined
    : refuse(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
}

/**
 * While a group is being deleted, nothing in it is written, itself included; what is in it can be deleted. The words:
 * https://github.com/Azure/azure-cli/issues/21121.
 */
function groupGoingProblem({ world, group, subscriptionId }: Target): Refusal | undefined {
  const resource = world.resource(`/subscriptions/${subscriptionId}/resourceGroups/${group}`);
  return resource && provisioningState(resource, world) === 'Deleting'
    ? refuse(
        409,
        'ResourceGroupBeingDeleted',
        `The resource group '${group}' is in deprovisioning state and cannot perform this operation.`,
      )
    : undefined;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name */
const RESERVED_NAME =
  /microsoft|windows|^login|^(?:access|azure|bing|bizspark|biztalk|cortana|directx|dotnet|dynamics|excel|exchange|forefront|groove|hololens|hyperv|kinect|lync|msdn|o365|office|office365|onedrive|onenote|outlook|powerpoint|sharepoint|skype|visio|visualstudio|xbox)$/i;

function nameProblem({ type, name }: Target): Refusal | undefined {
  // Of names with an address of their own; the words: https://github.com/Azure/azure-dev/issues/7745.
  if (type.hasAddress && RESERVED_NAME.test(name)) {
    const message = `The resource name '${name}' or a part of the name is a trademarked or reserved word.`;
    return refuse(400, 'ReservedResourceName', message);
  }
  if (type.name.test(name)) return undefined;
  return refuse(
    400,
    type.nameError ?? 'InvalidResourceName',
    `The resource name '${name}' is invalid for ${type.type}.`,
  );
}

/** What the schema of a type or an action says against a body, in the version of the request. */
export function schemaProblem(type: Pick<ResourceType, 'type'>, sent: Json, apiVersion?: string): Refusal | undefined {
  const problems = schemaProblems(type.type, sent, apiVersion) ?? [];
  if (problems.length === 0) return undefined;
  return refuse(400, 'InvalidRequestContent', `The request content was invalid: ${problems.slice(0, 5).join('; ')}.`);
}

function locationProblem(
  { type, id }: Target,
  sent: JsonObject,
  before: StoredResource | undefined,
): Refusal | undefined {
  if (type.withoutLocation || sent.location === undefined) return undefined;
  const isGroup = type.type === GROUP_TYPE;
  const wanted = String(sent.location);
  if (!before && !isRegion(wanted)) {
    return refuse(
      400,
      isGroup ? 'LocationNotAvailableForResourceGroup' : 'LocationNotAvailableForResourceType',
      `The provided location '${wanted}' is not available for '${type.type}'. List of available regions is '${regionDisplayNames().join(',')}'.`,
    );
  }
  const present = String(before?.body.location ?? wanted);
  if (displayLocation(wanted) === displayLocation(present)) return undefined;
  return refuse(
    409,
    isGroup ? 'InvalidResourceGroupLocation' : 'InvalidResourceLocation',
    `The resource '${id}' already exists in location '${present}'; it cannot be created in location '${wanted}'.`,
  );
}

function busyProblem({ world, type, id, name, parentId }: Target, resource: StoredResource | undefined) {
  const own = resource?.operation === undefined ? undefined : world.state.operations[resource.operation];
  if (isRunning(world, own)) {
    const code = type.busyCode ?? 'AnotherOperationInProgress';
    return refuse(409, code, `Cannot modify '${name}' because there is an active provisioning operation in progress.`);
  }
  const among = type.exclusiveOn && { parent: parentId, children: id }[type.exclusiveOn];
  return among === undefined ? undefined : familyProblem(world, type, among);
}

/** Children that exclude each other, and their parent's own operations. */
export function familyProblem(
  world: World,
  type: Pick<ResourceType, 'busyCode'>,
  parentId: string,
): Refusal | undefined {
  const prefix = parentId.toLowerCase();
  const busy = world.index.unsettled().some((operation) => {
    const id = operation.resourceId.toLowerCase();
    return isRunning(world, operation) && (id === prefix || id.startsWith(`${prefix}/`));
  });
  return busy
    ? refuse(
        409,
        type.busyCode ?? 'ServerIsBusy',
        'Cannot complete operation while the server is busy processing another operation. Try again later.',
      )
    : undefined;
}

function immutableProblem(type: ResourceType, sent: JsonObject, before: StoredResource): Refusal | undefined {
  const present = filled(before.body, type.defaults?.(before) ?? {});
  const changed = (type.immutable ?? []).find((path) => {
    const wanted = jsonAt(sent, path);
    return wanted !== undefined && comparable(wanted) !== comparable(jsonAt(present, path));
  });
  return changed
    ? refuse(400, 'PropertyChangeNotAllowed', `Changing property '${changed}' is not allowed.`)
    : undefined;
}

/** Resource ids are the same in any case. */
function comparable(value: Json | undefined): string {
  const isId = typeof value === 'string' && value.startsWith('/subscriptions/');
  return isId ? value.toLowerCase() : (JSON.stringify(value) ?? '');
}

function globalNameProblem({ world, type, name, id }: Target): Refusal | undefined {
  if (type.globalName === undefined) return undefined;
  const taken = world
    .resourcesOfType(type.type)
    .some((one) => one.name.toLowerCase() === name.toLowerCase() && one.id.toLowerCase() !== id.toLowerCase());
  return taken ? refuse(409, type.globalName, `The name '${name}' is already in use.`) : undefined;
}
