import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** A body with what Azure fills in where nothing was sent: member by member, arrays and values as they are. */
export function filled(body: JsonObject, defaults: JsonObject): JsonObject {
  const full: JsonObject = { ...body };
  for (const [name, value] of Object.entries(defaults)) {
    const present = full[name];
    if (present === undefined) full[name] = value;
    else if (isJsonObject(present) && isJsonObject(value)) full[name] = filled(present, value);
  }
  return full;
}
