import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';

/** Ours over theirs, object by object; an array of ours replaces theirs. */
export function overlay(theirs: JsonObject, ours: JsonObject): JsonObject {
  const result: JsonObject = { ...theirs };
  for (const [key, value] of Object.entries(ours)) {
    const below = Object.hasOwn(theirs, key) ? theirs[key] : undefined;
    result[key] = isJsonObject(value) && isJsonObject(below) ? overlay(below, value) : value;
  }
  return result;
}

/**
 * A copy without the values at dotted paths; a path leads through the members of arrays, and `*` stands for any one key. Emptied
 * objects go as well.
 */
export function withoutPaths(body: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((rest, path) => withoutPath(rest, path.split('.')), body);
}

function withoutPath(body: JsonObject, [first = '', ...rest]: readonly string[]): JsonObject {
  if (first === '*') {
    // A key that the user chose says something by being there.
    const members = Object.entries(body).map(([key, value]): [string, Json] => [
      key,
      isJsonObject(value) ? withoutPath(value, rest) : value,
    ]);
    return Object.fromEntries(members);
  }
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
export function withoutNulls(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (value === null ? [] : [[key, cleaned(value)] as const])),
  );
}

function cleaned(value: Json): Json {
  if (Array.isArray(value)) return value.map(cleaned);
  return isJsonObject(value) ? withoutNulls(value) : value;
}
