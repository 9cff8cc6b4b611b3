import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { schemaProblems } from '../schemas.ts';
import type { StoredOperation, StoredResource } from '../store.ts';
import { provisioningState, type World } from '../world.ts';
import { type ArmReply, type ArmRequest, apiVersionOf, objectBody, ok, refused } from './message.ts';
import { isRunning, operationHeaders, removeResource, startOperation } from './operations.ts';
import type { ResourcePath } from './resource-id.ts';
import type { ResourceType, Write } from './resource-type.ts';

export interface Target extends ResourcePath {
  readonly world: World;
  readonly request: ArmRequest;
  readonly types: ReadonlyMap<string, ResourceType>;
}

export function getResource({ world, type, id }: Target): ArmReply {
  const resource = world.resource(id);
  return resource ? ok(viewOf(resource, type, world)) : refused(notFound(id));
}

export function putResource(target: Target): ArmReply {
  const { world, type, id, request } = target;
  const sent = objectBody(request.body);
  if (!sent)
    return refused(
      refuse(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.'),
    );
  const before = world.resource(id);
  const problem = writeProblem(target, sent, before);
  return problem ? refused(problem) : accept(target, sent, sent, before, type);
}

/** Merges by RFC 7396, as most providers do. */
export function patchResource(target: Target): ArmReply {
  const { world, type, id, request } = target;
  const before = world.resource(id);
  const sent = objectBody(request.body);
  if (!before) return refused(notFound(id));
  if (!sent)
    return refused(
      refuse(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.'),
    );
  const busy = busyProblem(target, before);
  if (busy) return refused(busy);
  const body = mergePatch(before.body, sent) as JsonObject;
  const problem = type.check?.({ world, id, name: target.name, body, sent, before });
  return problem ? refused(problem) : accept(target, body, sent, before, type);
}

export function deleteResource(target: Target): ArmReply {
  const { world, type, id, request, types } = target;
  const resource = world.resource(id);
  if (!resource) return { status: 204 };
  const problem = busyProblem(target, resource) ?? type.checkDelete?.(resource, world);
  if (problem) return refused(problem);
  const location = typeof resource.body.location === 'string' ? resource.body.location : 'global';
  const operation = begin(target, 'delete', location, type.seconds.delete, undefined);
  resource.operation = operation.id;
  if (type.style === 'sync' && type.seconds.delete === 0) {
    operation.settled = true;
    removeResource(world, resource, types);
    return { status: 200, operation: operation.id };
  }
  const headers = operationHeaders(world, request, operation);
  // Recorded: deleting a group answers with Location alone.
  if (type.type === 'Microsoft.Resources/resourceGroups') delete headers['azure-asyncoperation'];
  return { status: 202, headers, operation: operation.id };
}

/** What is wrong with a PUT, in the order in which Azure looks. */
function writeProblem(target: Target, sent: JsonObject, before: StoredResource | undefined): Refusal | undefined {
  const { type, id, name, world } = target;
  const write: Write = { world, id, name, body: sent, sent, before };
  return (
    placeProblem(target) ??
    nameProblem(target) ??
    schemaProblem(type, sent) ??
    locationProblem(target, sent, before) ??
    (before ? busyProblem(target, before) : parentBusyProblem(target)) ??
    (before ? immutableProblem(type, sent, before) : globalNameProblem(target)) ??
    type.check?.(write)
  );
}

/** Group and parent must be there, and not on their way out. */
function placeProblem({ world, type, group, subscriptionId, parentId }: Target): Refusal | undefined {
  if (group !== undefined && type.type !== 'Microsoft.Resources/resourceGroups') {
    const groupResource = world.resource(`/subscriptions/${subscriptionId}/resourceGroups/${group}`);
    if (!groupResource) return refuse(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
    if (provisioningState(groupResource, world) === 'Deleting') {
      return refuse(
        409,
        'ResourceGroupBeingDeleted',
        `The resource group '${group}' is in deprovisioning state and cannot perform this operation.`,
      );
    }
  }
  if (parentId === undefined) return undefined;
  const isGroupOrAbove = !/\/providers\//i.test(parentId);
  if (isGroupOrAbove || world.resource(parentId)) return undefined;
  return refuse(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${type.type}', because the parent resource '${parentId}' could not be found.`,
  );
}

function nameProblem({ type, name }: Target): Refusal | undefined {
  if (type.name.test(name)) return undefined;
  return refuse(
    400,
    type.nameError ?? 'InvalidResourceName',
    `The resource name '${name}' is invalid for ${type.type}.`,
  );
}

export function schemaProblem(type: Pick<ResourceType, 'type'>, sent: Json): Refusal | undefined {
  const problems = schemaProblems(type.type, sent) ?? [];
  if (problems.length === 0) return undefined;
  return refuse(400, 'InvalidRequestContent', `The request content was invalid: ${problems.slice(0, 5).join('; ')}.`);
}

function locationProblem(
  { type, id }: Target,
  sent: JsonObject,
  before: StoredResource | undefined,
): Refusal | undefined {
  if (!before || type.withoutLocation) return undefined;
  const [wanted, present] = [sent.location, before.body.location].map((one) =>
    String(one ?? '')
      .toLowerCase()
      .replaceAll(' ', ''),
  );
  if (wanted === '' || wanted === present) return undefined;
  const code =
    type.type === 'Microsoft.Resources/resourceGroups' ? 'InvalidResourceGroupLocation' : 'InvalidResourceLocation';
  return refuse(
    409,
    code,
    `The resource '${id}' already exists in location '${present}'; it cannot be created in location '${wanted}'.`,
  );
}

function busyProblem({ world, type, name, parentId }: Target, resource: StoredResource): Refusal | undefined {
  const own = resource.operation === undefined ? undefined : world.state.operations[resource.operation];
  if (isRunning(world, own)) {
    const code = type.busyCode ?? 'AnotherOperationInProgress';
    return refuse(409, code, `Cannot modify '${name}' because there is an active provisioning operation in progress.`);
  }
  return parentId === undefined ? undefined : siblingProblem(world, type, parentId);
}

function parentBusyProblem({ world, type, parentId }: Target): Refusal | undefined {
  return parentId === undefined ? undefined : siblingProblem(world, type, parentId);
}

/** Children that exclude each other, and their parent's own operations. */
function siblingProblem(world: World, type: ResourceType, parentId: string): Refusal | undefined {
  if (type.exclusiveOn !== 'parent') return undefined;
  const prefix = parentId.toLowerCase();
  const busy = Object.values(world.state.operations).some((operation) => {
    const id = operation.resourceId.toLowerCase();
    return isRunning(world, operation) && (id === prefix || id.startsWith(`${prefix}/`));
  });
  return busy
    ? refuse(409, type.busyCode ?? 'ServerIsBusy', 'The server is busy with another operation. Please try again later.')
    : undefined;
}

function immutableProblem(type: ResourceType, sent: JsonObject, before: StoredResource): Refusal | undefined {
  const changed = (type.immutable ?? []).find((path) => {
    const wanted = jsonAt(sent, path);
    return wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(jsonAt(before.body, path));
  });
  return changed
    ? refuse(400, 'PropertyChangeNotAllowed', `Changing property '${changed}' is not allowed.`)
    : undefined;
}

function globalNameProblem({ world, type, name, id }: Target): Refusal | undefined {
  if (type.globalName === undefined) return undefined;
  const taken = world
    .resourcesOfType(type.type)
    .some((one) => one.name.toLowerCase() === name.toLowerCase() && one.id.toLowerCase() !== id.toLowerCase());
  return taken ? refuse(409, type.globalName, `The name '${name}' is already in use.`) : undefined;
}

function accept(
  target: Target,
  body: JsonObject,
  sent: JsonObject,
  before: StoredResource | undefined,
  type: ResourceType,
): ArmReply {
  const { world, id, name, request } = target;
  const now = new Date(world.now()).toISOString();
  const kept = withoutPaths(keepOutputs(body, before), type.writeOnly ?? []);
  const resource: StoredResource = before ?? {
    id,
    name,
    type: type.type,
    body: kept,
    extra: {},
    createdAt: now,
    updatedAt: now,
  };
  const previous = before?.body;
  resource.body = kept;
  resource.updatedAt = now;
  world.state.resources[id.toLowerCase()] = resource;
  const kind = before ? 'update' : 'create';
  const seconds = type.seconds[kind];
  const endsAt = world.now() + world.duration(seconds);
  const failure = type.apply?.({ world, id, name, body: kept, sent, before, previous, resource, endsAt });
  const location = typeof kept.location === 'string' ? kept.location.toLowerCase().replaceAll(' ', '') : 'global';
  const operation = begin(target, kind, location, seconds, failure);
  resource.operation = operation.id;
  if (type.style === 'sync') {
    operation.settled = true;
    operation.endsAt = operation.startedAt;
    return { status: before ? 200 : 201, body: viewOf(resource, type, world), operation: operation.id };
  }
  const reply = { headers: operationHeaders(world, request, operation), operation: operation.id };
  if (before) return { status: 202, ...reply };
  return { status: 201, body: viewOf(resource, type, world), ...reply };
}

function begin(
  { world, id, type, request }: Target,
  kind: StoredOperation['kind'],
  location: string,
  seconds: number,
  failure: Refusal | undefined,
): StoredOperation {
  return startOperation(
    world,
    { kind, resourceId: id, type: type.type, location, apiVersion: apiVersionOf(request) },
    seconds,
    failure,
  );
}

/** What Azure computed once stays: addresses, principals, identifiers. */
function keepOutputs(body: JsonObject, before: StoredResource | undefined): JsonObject {
  const outputs = before?.extra.outputs;
  if (!isJsonObject(outputs)) return { ...body };
  return { ...body, properties: { ...(isJsonObject(body.properties) ? body.properties : {}), ...outputs } };
}

/** Called by types from `apply`: adds computed properties that later writes keep. */
export function setOutputs(resource: StoredResource, outputs: JsonObject): void {
  const before = isJsonObject(resource.extra.outputs) ? resource.extra.outputs : {};
  resource.extra.outputs = { ...before, ...outputs };
  resource.body = keepOutputs(resource.body, resource);
}

export function viewOf(resource: StoredResource, type: ResourceType, world: World): JsonObject {
  const { id, name, body } = resource;
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const base: JsonObject = {
    ...body,
    id,
    name,
    type: type.type,
    properties: { ...properties, provisioningState: provisioningState(resource, world) },
  };
  const extra = type.view?.(resource, world) ?? {};
  const seen = isJsonObject(extra.properties) ? extra.properties : {};
  return { ...base, ...extra, properties: { ...(base.properties as JsonObject), ...seen } };
}

function withoutPaths(body: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((rest, path) => withoutPath(rest, path.split('.')), body);
}

function withoutPath(value: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  if (key === undefined || !(key in value)) return value;
  if (rest.length === 0) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  const child = value[key];
  return isJsonObject(child) ? { ...value, [key]: withoutPath(child, rest) } : value;
}

function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key] ?? null, value);
  }
  return merged;
}

export function notFound(id: string): Refusal {
  const [, group = ''] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const isGroup = !/\/providers\//i.test(id);
  if (isGroup) return refuse(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  const resource = id.split(/\/providers\//i).at(-1);
  return refuse(404, 'ResourceNotFound', `The Resource '${resource}' under resource group '${group}' was not found.`);
}
