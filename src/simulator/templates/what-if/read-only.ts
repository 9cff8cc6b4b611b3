import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { schemaOf } from '../../schemas.ts';

/** What is about a resource's address, or the service's own, and never a change. */
const ENVELOPE: readonly string[] = ['id', 'name', 'type', 'etag', 'systemData'];

/** A resource's view without what its schema calls read-only; of types without a schema nothing is known. */
export function withoutReadOnly(view: JsonObject, type: string, version: string): JsonObject {
  const schema = schemaOf(type, version);
  const own = Object.fromEntries(Object.entries(view).filter(([name]) => !ENVELOPE.includes(name)));
  return schema ? withoutIn(own, schema, definitionsOf(schema)) : own;
}

/** Whether a member of a body, by its dotted path, is read-only. */
export function readOnlyPaths(type: string, version: string): (path: string) => boolean {
  const schema = schemaOf(type, version);
  return (path) => {
    let at: JsonObject = schema ?? {};
    for (const name of path.split('.')) {
      const inner = resolved(at, definitionsOf(schema));
      at = memberSchema(/^\d+$/.test(name) ? { properties: { [name]: inner.items ?? {} } } : inner, name);
    }
    return at.readOnly === true;
  };
}

function withoutIn(value: JsonObject, given: JsonObject, definitions: JsonObject): JsonObject {
  const schema = resolved(given, definitions);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]): [string, Json][] => {
      const known = memberSchema(schema, name);
      if (known.readOnly === true) return [];
      const kept = withoutBelow(member, known, definitions);
      // Of what was read-only altogether nothing is left.
      return isEmpty(kept) && !isEmpty(member) ? [] : [[name, kept]];
    }),
  );
}

function withoutBelow(member: Json, known: JsonObject, definitions: JsonObject): Json {
  if (Array.isArray(member)) {
    const { items } = resolved(known, definitions);
    return member.map((one) => withoutBelow(one, isJsonObject(items) ? items : {}, definitions));
  }
  return isJsonObject(member) ? withoutIn(member, known, definitions) : member;
}

function isEmpty(value: Json): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function memberSchema(schema: JsonObject, name: string): JsonObject {
  const member = isJsonObject(schema.properties) ? schema.properties[name] : undefined;
  return isJsonObject(member) ? member : {};
}

function definitionsOf(schema: JsonObject | undefined): JsonObject {
  return isJsonObject(schema?.$defs) ? schema.$defs : {};
}

function resolved(schema: JsonObject, definitions: JsonObject): JsonObject {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const found = definitions[$ref.replace('#/$defs/', '')];
  return isJsonObject(found) ? resolved(found, definitions) : {};
}
