import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { isEmpty, memberOf } from '../compare.ts';
import { memberKey, memberName } from '../members.ts';
import { displayPath, type FieldPath, isWithin, memberSegment, plainPath } from './field-path.ts';

interface ForeignMember {
  readonly path: FieldPath;
  readonly found: Json;
}

/**
 * Members that somebody else added to arrays that we fill. A member of ours is looked into, since it may hold arrays itself.
 *
 * @param ours bodies with what we want and what we applied
 * @param open plain paths of arrays in which Azure and others keep members of their own
 */
export function foreignMembers(
  ours: readonly JsonObject[],
  live: JsonObject,
  open: readonly string[],
): readonly ForeignMember[] {
  return inObjects([], ours, live, open);
}

/** Displayed paths of what a member says of itself. */
export function memberFields(path: FieldPath, member: Json | undefined): readonly string[] {
  if (!isJsonObject(member)) return [displayPath(path)];
  return Object.entries(member).flatMap(([key, value]) =>
    isEmpty(value) || value === '' ? [] : [displayPath([...path, key])],
  );
}

function inObjects(
  path: FieldPath,
  ours: readonly JsonObject[],
  live: JsonObject,
  open: readonly string[],
): readonly ForeignMember[] {
  const keys = new Set(ours.flatMap((body) => Object.keys(body)));
  return [...keys].flatMap((key) => {
    const values = ours.map((body) => body[key]).filter((value) => value !== undefined);
    const found = memberOf(live, key, path.at(-1) === 'tags');
    return found === undefined ? [] : inValues([...path, key], values, found, open);
  });
}

function inValues(
  path: FieldPath,
  ours: readonly Json[],
  live: Json,
  open: readonly string[],
): readonly ForeignMember[] {
  if (isJsonObject(live)) return inObjects(path, ours.filter(isJsonObject), live, open);
  const arrays = ours.filter((value) => Array.isArray(value));
  if (!Array.isArray(live) || arrays.length === 0) return [];
  const key = memberKey(live, ...arrays);
  if (key === undefined) return [];
  const isOpen = isWithin(plainPath(path), open);
  return live.flatMap((found) => {
    const name = memberName(found, key);
    const own = arrays.flat().filter((member) => memberName(member, key) === name);
    const at = [...path, memberSegment(name ?? '')];
    if (own.length > 0) return inValues(at, own, found, open);
    return isOpen ? [] : [{ path: at, found }];
  });
}
