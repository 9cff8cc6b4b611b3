import { isJsonObject, type Json } from '../../shared/json.ts';
import { memberOf } from '../compare.ts';
import { foldId, memberKey, memberName } from '../members.ts';
import { type FieldPath, isMemberSegment } from './field-path.ts';

/** What a body has at a path; undefined: nothing. */
export function fieldAt(body: Json | undefined, path: FieldPath): Json | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return body;
  return fieldAt(isMemberSegment(segment) ? memberAt(body, segment.slice(1, -1)) : keyAt(body, segment), rest);
}

function memberAt(value: Json | undefined, name: string): Json | undefined {
  if (!Array.isArray(value)) return undefined;
  const key = memberKey(value);
  return key === undefined ? undefined : value.find((member) => memberName(member, key) === foldId(name));
}

/** Tags are not case-sensitive, and no two keys of a body differ in case only. */
function keyAt(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) ? memberOf(value, key, true) : undefined;
}
