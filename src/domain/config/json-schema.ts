import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';
import { configSchema } from './schema.ts';

/** The published schema of the configuration file: editors complete and check with it. */
export function configJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }) as unknown as JsonObject;
  return { ...schema, title: 'Configuration of draftgenie-deploy' };
}
