import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { configSchema, overlaySchema } from './schema.ts';

/** Keys at the top that are the user's own. */
const FREE_KEYS: JsonObject = { '^x-': {} };

/** The published schema of the configuration file: editors complete and check with it. It refuses the keys that a run refuses. */
export function configJsonSchema(): JsonObject {
  const { properties, ...schema } = jsonSchema(configSchema);
  const { environments, ...others } = properties as JsonObject;
  return {
    ...schema,
    properties: { ...others, environments: withMembers(environments ?? {}) },
    patternProperties: FREE_KEYS,
    $defs: { overlay: overlayJsonSchema() },
    title: 'Configuration of draftgenie-deploy',
  };
}

function jsonSchema(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema: one }) => {
      if (one.properties) one.additionalProperties = false;
    },
  }) as unknown as JsonObject;
}

/** What an overlay leaves out stands below it. */
function overlayJsonSchema(): JsonObject {
  const { $schema: _, ...schema } = withoutRequired(jsonSchema(overlaySchema)) as JsonObject;
  return { ...schema, type: ['object', 'null'], patternProperties: FREE_KEYS };
}

function withoutRequired(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutRequired);
  if (!isJsonObject(schema)) return schema;
  // Of a schema `required` is a list; of properties it would be the schema of one of that name.
  const kept = Object.entries(schema).filter(([key, value]) => key !== 'required' || !Array.isArray(value));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutRequired(value)]));
}

function withMembers(environments: Json): JsonObject {
  const { description = '' } = environments as JsonObject;
  return { type: ['object', 'null'], additionalProperties: { $ref: '#/$defs/overlay' }, description };
}
