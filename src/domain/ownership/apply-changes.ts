import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { foldId, memberKey, memberName } from '../members.ts';
import type { FieldChange, FieldDecisions } from './field-change.ts';
import { type FieldPath, isMemberSegment } from './field-path.ts';

/** The body with these changes made; everything else as it is. */
export function applyChanges(body: JsonObject, changes: readonly FieldChange[]): JsonObject {
  return changes.reduce((result, { path, to }) => changed(result, path, to) as JsonObject, body);
}

function changed(value: Json | undefined, [segment, ...rest]: FieldPath, to: Json | undefined): Json | undefined {
  if (segment === undefined) return to;
  // What is not there is not made in order to take something out of it.
  if (value === undefined && to === undefined) return undefined;
  if (isMemberSegment(segment)) return changedMember(Array.isArray(value) ? value : [], segment, rest, to);
  const object = isJsonObject(value) ? value : {};
  const key = existingKey(object, segment);
  const below = changed(object[key], rest, to);
  if (below !== undefined) return { ...object, [key]: below };
  const { [key]: _, ...others } = object;
  return others;
}

function changedMember(members: readonly Json[], segment: string, rest: FieldPath, to: Json | undefined): Json[] {
  const index = indexOfMember(members, segment.slice(1, -1));
  const below = changed(index === -1 ? undefined : members[index], rest, to);
  if (below === undefined) return members.filter((_, at) => at !== index);
  if (index !== -1) return members.map((member, at) => (at === index ? below : member));
  // A member that is known by one of its fields only is known by its name as well.
  const isPart = rest.length > 0 && isJsonObject(below);
  return [...members, isPart ? { name: segment.slice(1, -1), ...below } : below];
}

function indexOfMember(members: readonly Json[], name: string): number {
  const key = memberKey(members);
  return key === undefined ? -1 : members.findIndex((member) => memberName(member, key) === foldId(name));
}

/** Tags and resource ids are not case-sensitive: the key that is there is the one that changes. */
function existingKey(object: JsonObject, key: string): string {
  if (Object.hasOwn(object, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === folded) ?? key;
}

/** What is ours after a write: what was, what is as it should be, and what was changed. */
export function appliedAfter(
  applied: JsonObject | undefined,
  { agreed, changes }: Pick<FieldDecisions, 'agreed' | 'changes'>,
): JsonObject {
  return applyChanges(
    applied ?? {},
    [...agreed, ...changes].map((change) => (change.ours === undefined ? change : { ...change, to: change.ours })),
  );
}

/**
 * Sent whole: arrays and tags are replaced by a merge PATCH (RFC 7396; tags:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources), and of a size Azure wants all parts
 * (https://learn.microsoft.com/rest/api/redis/redis/update: name, family and capacity are required).
 */
const WHOLE = ['tags', 'sku'];

/** The smallest body of a merge PATCH that makes these changes; what is sent whole has in it what others have there. */
export function patchOf(live: JsonObject, changes: readonly FieldChange[]): JsonObject {
  const after = applyChanges(live, changes);
  return changes.reduce<JsonObject>((patch, { path }) => {
    const end = path.findIndex((segment, index) => isMemberSegment(path[index + 1] ?? '') || WHOLE.includes(segment));
    return withValueOf(patch, after, end === -1 ? path : path.slice(0, end + 1));
  }, {});
}

function withValueOf(patch: JsonObject, source: Json | undefined, [key = '', ...rest]: FieldPath): JsonObject {
  const value = isJsonObject(source) ? source[existingKey(source, key)] : undefined;
  const before = patch[key];
  const below = rest.length === 0 ? (value ?? null) : withValueOf(isJsonObject(before) ? before : {}, value, rest);
  return { ...patch, [key]: below };
}
