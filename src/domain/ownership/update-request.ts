import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import type { ResourceRules } from '../desired.ts';
import { overlay, withoutNulls, withoutPaths } from '../merge.ts';
import { applyChanges, patchOf } from './apply-changes.ts';
import type { FieldChange } from './field-change.ts';
import { isWithin, plainPath } from './field-path.ts';

/** Top-level members of every ARM resource that no request may carry. */
const ENVELOPE = ['id', 'name', 'type', 'systemData', 'etag'];

export interface UpdateRequest {
  readonly method: 'PUT' | 'PATCH';
  readonly body: JsonObject;
}

/** The request that makes these changes to a live resource; what others set on it stays. */
export function updateRequest(kind: ResourceRules, live: JsonObject, changes: readonly FieldChange[]): UpdateRequest {
  const kept = withoutPaths(withoutNulls(live), [...ENVELOPE, ...(kind.readOnly ?? [])]);
  if (kind.update === 'put') return { method: 'PUT', body: applyChanges(kept, changes) };
  const sent = changes.filter(({ path }) => !isWithin(plainPath(path), ['location', ...kind.immutable]));
  return { method: 'PATCH', body: withRenewed(kind, live, withIdentityType(live, patchOf(kept, sent))) };
}

/** Azure wants to be told the type with the identities, and takes away what the type does not name. */
function withIdentityType(live: JsonObject, patch: JsonObject): JsonObject {
  if (!isJsonObject(patch.identity)) return patch;
  const named = [jsonAt(live, 'identity.type'), patch.identity.type].flatMap((type) =>
    typeof type === 'string' ? type.split(',').map((one) => one.trim()) : [],
  );
  const types = [...new Set(named)].filter((type) => type !== 'None');
  return { ...patch, identity: { ...patch.identity, type: types.join(', ') } };
}

/** A merge PATCH keeps what it does not name; null takes it away. */
function withRenewed({ renewed = {} }: ResourceRules, live: JsonObject, patch: JsonObject): JsonObject {
  return Object.entries(renewed).reduce((result, [path, key]) => {
    const [changing, before] = [jsonAt(result, path), jsonAt(live, `${path}.${key}`)];
    if (!isJsonObject(changing) || Object.hasOwn(changing, key) || !before) return result;
    return overlay(result, nested([...path.split('.'), key]));
  }, patch);
}

function nested([first = '', ...rest]: readonly string[]): JsonObject {
  return { [first]: rest.length === 0 ? null : nested(rest) };
}
