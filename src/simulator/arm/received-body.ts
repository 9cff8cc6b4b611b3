import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { schemaOf } from '../schemas.ts';

/** Members of every resource that are the address's business, not the body's. */
const ENVELOPE: readonly string[] = ['id', 'name', 'type', 'etag', 'systemData'];

/**
 * A body as Azure understands it, so that what GET answered can be edited and put back: read-only members are ignored, since
 * tools send them back (rule OAPI021 in `.github/skills/azure-api-review` of https://github.com/Azure/azure-rest-api-specs;
 * Azure/azure-dev recorded it of Container Apps). Left out are read-only members, nulls, and members that the schema does not
 * have and the resource's own view has; values of enumerations get the case of the schema. In a PATCH nulls have a meaning.
 *
 * @param version the API version of the request
 * @param view what GET answers for the resource now; undefined for a new one
 */
export function receivedBody(
  type: string,
  version: string,
  sent: JsonObject,
  view: JsonObject | undefined,
  method: 'PUT' | 'PATCH',
): JsonObject {
  const schema = schemaOf(type, version);
  if (!schema) return sent;
  const own = Object.entries(sent).filter(([name]) => !ENVELOPE.includes(name) || isWritable(schema, name));
  const reading = { definitions: isJsonObject(schema.$defs) ? schema.$defs : {}, keepsNulls: method === 'PATCH' };
  return understoodObject(Object.fromEntries(own), schema, view, reading);
}

interface Reading {
  readonly definitions: JsonObject;
  readonly keepsNulls: boolean;
}

function isWritable(schema: JsonObject, name: string): boolean {
  const member = isJsonObject(schema.properties) ? schema.properties[name] : undefined;
  return isJsonObject(member) && member.readOnly !== true;
}

function understood(value: Json, given: Json | undefined, view: Json | undefined, reading: Reading): Json {
  const schema = resolved(given, reading.definitions);
  if (Array.isArray(value)) {
    const seen = Array.isArray(view) ? Object.assign({}, ...view.filter(isJsonObject)) : undefined;
    return value.map((item) => understood(item, schema.items, seen, reading));
  }
  if (isJsonObject(value)) return understoodObject(value, schema, view, reading);
  if (typeof value !== 'string' || !Array.isArray(schema.enum)) return value;
  return schema.enum.find((one) => String(one).toLowerCase() === value.toLowerCase()) ?? value;
}

function understoodObject(value: JsonObject, schema: JsonObject, view: Json | undefined, reading: Reading): JsonObject {
  const members = isJsonObject(schema.properties) ? schema.properties : undefined;
  const seen = isJsonObject(view) ? view : {};
  const kept = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const known = members?.[name];
    const isReadOnly = isJsonObject(known) && known.readOnly === true;
    const isAzuresOwn = known === undefined && schema.additionalProperties === false && Object.hasOwn(seen, name);
    if (isReadOnly || isAzuresOwn || (member === null && !reading.keepsNulls)) return [];
    return [[name, understood(member, known ?? schema.additionalProperties, seen[name], reading)]];
  });
  return Object.fromEntries(kept);
}

function resolved(schema: Json | undefined, definitions: JsonObject): JsonObject {
  if (!isJsonObject(schema)) return {};
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  return resolved(definitions[$ref.replace('#/$defs/', '')], definitions);
}
