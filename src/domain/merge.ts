import { isJsonObject, type Json, type JsonObject, jsonAt } from '../shared/json.ts';
import { type DesiredResource, openArrays } from './desired.ts';
import { memberKey, memberName } from './members.ts';
import { mergeTags } from './tags.ts';

/** Top-level members of every ARM resource that no request may carry. */
const ENVELOPE = ['id', 'name', 'type', 'systemData', 'etag'];

export interface ResourceUpdate {
  readonly method: 'PUT' | 'PATCH';
  readonly body: JsonObject;
}

/** What is sent to bring a live resource to what is desired; what others set on it stays. */
export function updateOf(desired: DesiredResource, live: JsonObject): ResourceUpdate {
  const { update, createOnly, immutable, readOnly = [] } = desired.kind;
  const ours = withTags(withOpenMembers(desired, withoutShrinking(desired, live), live), live);
  switch (update) {
    case 'replace':
      return { method: 'PUT', body: withoutPaths(ours, createOnly) };
    case 'patch':
      return {
        method: 'PATCH',
        body: withoutPaths(ours, ['location', ...createOnly, ...immutable]),
      };
    case 'merge': {
      const kept = withoutPaths(withoutNulls(live), [...ENVELOPE, 'tags', ...readOnly]);
      return {
        method: 'PUT',
        body: overlay(withForeignIdentities(kept, ours), withoutPaths(ours, createOnly)),
      };
    }
  }
}

/**
 * Identities that others assigned stay, without what Azure computed of them; ours is taken out, because Azure answers its id
 * in another case and it would be there twice.
 */
function withForeignIdentities(live: JsonObject, ours: JsonObject): JsonObject {
  const assigned = jsonAt(live, 'identity.userAssignedIdentities');
  if (!isJsonObject(live.identity) || !isJsonObject(assigned)) return live;
  const own = jsonAt(ours, 'identity.userAssignedIdentities');
  const known = new Set(Object.keys(isJsonObject(own) ? own : {}).map((id) => id.toLowerCase()));
  const foreign = Object.keys(assigned).filter((id) => !known.has(id.toLowerCase()));
  return {
    ...live,
    identity: { ...live.identity, userAssignedIdentities: Object.fromEntries(foreign.map((id) => [id, {}])) },
  };
}

function withTags(body: JsonObject, live: JsonObject): JsonObject {
  return isJsonObject(body.tags) ? { ...body, tags: mergeTags(live.tags, body.tags) } : body;
}

/** A disk that grew by itself is not sent back to its first size. */
function withoutShrinking(desired: DesiredResource, live: JsonObject): JsonObject {
  let body = desired.body;
  for (const path of desired.kind.atLeast ?? []) {
    const [wanted, found] = [jsonAt(body, path), jsonAt(live, path)];
    if (found !== undefined && Number(found) > Number(wanted)) body = overlay(body, nested(path, found));
  }
  return body;
}

/** Members that others added to an array of ours stay in it, where that is allowed. */
function withOpenMembers(desired: DesiredResource, body: JsonObject, live: JsonObject): JsonObject {
  let result = body;
  for (const path of openArrays(desired)) {
    const [ours, theirs] = [jsonAt(body, path), jsonAt(live, path)];
    if (!Array.isArray(ours) || !Array.isArray(theirs)) continue;
    const key = memberKey(ours, theirs);
    if (key === undefined) continue;
    const names = new Set(ours.map((member) => memberName(member, key)));
    const dropped = desired.dropped?.[path] ?? [];
    const others = theirs.filter((member) => {
      const name = memberName(member, key);
      return !names.has(name) && !(name !== undefined && dropped.includes(name));
    });
    result = overlay(result, nested(path, [...ours, ...others]));
  }
  return result;
}

function nested(path: string, value: Json): JsonObject {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : nested(rest.join('.'), value) };
}

/** Ours over theirs, object by object; an array of ours replaces theirs. */
export function overlay(theirs: JsonObject, ours: JsonObject): JsonObject {
  const result: JsonObject = { ...theirs };
  for (const [key, value] of Object.entries(ours)) {
    const below = Object.hasOwn(theirs, key) ? theirs[key] : undefined;
    result[key] = isJsonObject(value) && isJsonObject(below) ? overlay(below, value) : value;
  }
  return result;
}

/** A copy without the values at dotted paths; a path leads through the members of arrays. Emptied objects go as well. */
export function withoutPaths(body: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((rest, path) => withoutPath(rest, path.split('.')), body);
}

function withoutPath(body: JsonObject, [first = '', ...rest]: readonly string[]): JsonObject {
  if (!Object.hasOwn(body, first)) return body;
  const { [first]: value, ...others } = body;
  if (value === undefined || rest.length === 0) return others;
  if (Array.isArray(value)) {
    return { ...body, [first]: value.map((member) => (isJsonObject(member) ? withoutPath(member, rest) : member)) };
  }
  if (!isJsonObject(value)) return body;
  const left = withoutPath(value, rest);
  return Object.keys(left).length === 0 && Object.keys(value).length > 0 ? others : { ...body, [first]: left };
}

/** Azure answers null for what is not set, and refuses it in some requests. */
function withoutNulls(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (value === null ? [] : [[key, cleaned(value)] as const])),
  );
}

function cleaned(value: Json): Json {
  if (Array.isArray(value)) return value.map(cleaned);
  return isJsonObject(value) ? withoutNulls(value) : value;
}
