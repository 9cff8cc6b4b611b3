import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { schemaOf } from '../schemas.ts';

/** Members of every resource that are the address's business, not the body's. */
const ENVELOPE: readonly string[] = ['id', 'name', 'type', 'etag', 'systemData'];

/**
 * A body as Azure understands it, so that what GET answered can be edited and put back: read-only members are ignored, since
 * tools send them back (rule OAPI021 in `.github/skills/azure-api-review` of https://github.com/Azure/azure-rest-api-specs;
 * Azure/azure-dev recorded it of Container Apps). Left out are read-only members, nulls, and members that the schema does not
 * have and the resource's own view has; values of enumerations get the case of the schema.
 *
 * @param view what GET answers for the resource now; undefined for a new one
 */
export function receivedBody(
  type: string,
  version: string,
  sent: JsonObject,
  view: JsonObject | undefined,
): JsonObject {
  const schema = schemaOf(type, version);
  if (!schema) return sent;
  const own = Object.entries(sent).filter(([name]) => !ENVELOPE.includes(name) || isWritable(schema, name));
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {};
  return understoodObject(Object.fromEntries(own), schema, view, definitions);
}

function isWritable(schema: JsonObject, name: string): boolean {
  const member = isJsonObject(schema.properties) ? schema.properties[name] : undefined;
  return isJsonObject(member) && member.readOnly !== true;
}

function understood(value: Json, given: Json | undefined, view: Json | undefined, definitions: JsonObject): Json {
  const schema = resolved(given, definitions);
  if (Array.isArray(value)) {
    const seen = Array.isArray(view) ? Object.assign({}, ...view.filter(isJsonObject)) : undefined;
    return value.map((item) => understood(item, schema.items, seen, definitions));
  }
  if (isJsonObject(value)) return understoodObject(value, schema, view, definitions);
  if (typeof value !== 'string' || !Array.isArray(schema.enum)) return value;
  return schema.enum.find((one) => String(one).toLowerCase() === value.toLowerCase()) ?? value;
}

function understoodObject(
  value: JsonObject,
  schema: JsonObject,
  view: Json | undefined,
  definitions: JsonObject,
): JsonObject {
  const members = isJsonObject(schema.properties) ? schema.properties : undefined;
  const seen = isJsonObject(view) ? view : {};
  const kept = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const known = members?.[name];
    const isReadOnly = isJsonObject(known) && known.readOnly === true;
    const isAzuresOwn = known === undefined && schema.additionalProperties === false && Object.hasOwn(seen, name);
    if (member === null || isReadOnly || isAzuresOwn) return [];
    return [[name, understood(member, known ?? schema.additionalProperties, seen[name], definitions)]];
  });
  return Object.fromEntries(kept);
}

function resolved(schema: Json | undefined, definitions: JsonObject): JsonObject {
  if (!isJsonObject(schema)) return {};
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  return resolved(definitions[$ref.replace('#/$defs/', '')], definitions);
}
