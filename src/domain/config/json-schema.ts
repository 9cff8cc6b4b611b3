import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';
import { configSchema } from './schema.ts';

/** The published schema of the configuration file: editors complete and check with it. It refuses the keys that a run refuses. */
export function configJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.properties) jsonSchema.additionalProperties = false;
    },
  }) as unknown as JsonObject;
  return { ...schema, patternProperties: { '^x-': {} }, title: 'Configuration of draftgenie-deploy' };
}
