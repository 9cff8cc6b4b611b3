import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { StoredOperation, StoredResource } from '../store.ts';
import { provisioningState, type World } from '../world.ts';
import { filled } from './defaults.ts';
import { takeOrphansBack } from './deletion/removal.ts';
import { type ArmReply, apiVersionOf, objectBody, ok, refused } from './message.ts';
import { monitorHeaders, operationHeaders, startOperation } from './operations.ts';
import { receivedBody } from './received-body.ts';
import type { ResourceType } from './resource-type.ts';
import { mergeTagNames } from './tags.ts';
import { askedBy, patchProblem, putProblem, type Target } from './write-rules.ts';

const NO_OBJECT = refuse(
  400,
  'InvalidRequestContent',
  'The request content was invalid and could not be deserialized.',
);

export function getResource({ world, type, id }: Target): ArmReply {
  const resource = world.resource(id);
  return resource ? ok(viewOf(resource, type, world)) : refused(notFound(id));
}

export function putResource(target: Target): ArmReply {
  const { world, type, id, request } = target;
  const content = objectBody(request.body);
  if (!content) return refused(NO_OBJECT);
  const before = world.resource(id);
  const view = before && viewOf(before, type, world);
  const sent = receivedBody(type.type, apiVersionOf(request), content, view, 'PUT');
  const problem = putProblem(target, sent, before);
  return problem ? refused(problem) : accept(target, sent, sent, before, type);
}

/** Merges by RFC 7396, as most providers do. */
export function patchResource(target: Target): ArmReply {
  const { world, type, id, request } = target;
  const before = world.resource(id);
  const content = objectBody(request.body);
  if (!before) return refused(notFound(id));
  if (!content) return refused(NO_OBJECT);
  const sent = receivedBody(type.type, apiVersionOf(request), content, viewOf(before, type, world), 'PATCH');
  const body = mergePatch(before.body, sent) as JsonObject;
  const problem = patchProblem(target, sent, body, before);
  return problem ? refused(problem) : accept(target, body, sent, before, type);
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
  const kept = withoutPaths(keepOutputs(mergeTagNames(body, before?.body), before), type.writeOnly ?? []);
  const previous = before?.body;
  const resource = world.index.keepResource(
    before ?? { id, name, type: type.type, body: kept, extra: {}, createdAt: now, updatedAt: now },
  );
  resource.body = kept;
  resource.updatedAt = now;
  if (!before) takeOrphansBack(world, id);
  const kind = before ? 'update' : 'create';
  const seconds = world.varied(type.seconds[kind]);
  const endsAt = world.now() + world.duration(seconds);
  const asked = askedBy(request);
  const failure = type.apply?.({ world, id, name, body: kept, sent, before, ...asked, previous, resource, endsAt });
  const location = typeof kept.location === 'string' ? kept.location.toLowerCase().replaceAll(' ', '') : 'global';
  const operation = begin(target, kind, location, seconds, failure);
  resource.operation = operation.id;
  type.begun?.(operation, resource, world);
  if (type.style === 'sync' || (type.style === 'location' && before)) {
    operation.settled = true;
    operation.endsAt = operation.startedAt;
    const status = before || type.createdAs200 ? 200 : 201;
    return { status, body: viewOf(resource, type, world), operation: operation.id };
  }
  if (type.style === 'location') {
    const made = viewOf(resource, type, world);
    operation.result = { ...made, properties: { ...(made.properties as JsonObject), provisioningState: 'Succeeded' } };
    return { status: 202, headers: monitorHeaders(world, request, operation), operation: operation.id };
  }
  if (type.style === 'state') {
    return { status: before ? 200 : 201, body: viewOf(resource, type, world), operation: operation.id };
  }
  const reply = { headers: operationHeaders(world, request, operation), operation: operation.id };
  // Clients of many versions take 202 of a PATCH alone, and of some types not even that; the operation is told by headers.
  if (before && request.method === 'PATCH' && !type.patchAnswersBody) return { status: 202, ...reply };
  return { status: before ? 200 : 201, body: viewOf(resource, type, world), ...reply };
}

/** An operation on the target's resource. */
export function begin(
  { world, id, type, request }: Target,
  kind: StoredOperation['kind'],
  location: string,
  seconds: number,
  failure: Refusal | undefined,
): StoredOperation {
  return startOperation(
    world,
    {
      kind,
      resourceId: id,
      type: type.type,
      location,
      apiVersion: type.statusApiVersion ?? apiVersionOf(request),
    },
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
  const { id, name } = resource;
  const body = filled(resource.body, type.defaults?.(resource) ?? {});
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const base: JsonObject = {
    ...body,
    id,
    name,
    type: type.type,
    properties: {
      ...properties,
      ...(!type.withoutProvisioningState && { provisioningState: stateOf(resource, type, world) }),
    },
  };
  const extra = type.view?.(resource, world) ?? {};
  const seen = isJsonObject(extra.properties) ? extra.properties : {};
  return { ...base, ...extra, properties: { ...(base.properties as JsonObject), ...seen } };
}

function stateOf(resource: StoredResource, type: ResourceType, world: World): string {
  const state = provisioningState(resource, world);
  return type.states?.[state] ?? state;
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
