import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';

const jsonObjectSchema = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;

/** Resources of any type, and templates, as they are stored with a run (config/stored.ts). */
export const storedResourceSchema = z.strictObject({
  type: z.string(),
  apiVersion: z.string(),
  name: z.string(),
  parent: z.string().exactOptional(),
  scope: z.string().exactOptional(),
  location: z.string().exactOptional(),
  tags: z.boolean(),
  body: jsonObjectSchema,
  outputs: z.record(z.string(), z.string()).exactOptional(),
  publicOutputs: z.array(z.string()).readonly().exactOptional(),
  secrets: z
    .record(
      z.string(),
      z.strictObject({
        action: z.string(),
        path: z.string(),
        body: jsonObjectSchema.exactOptional(),
        isUrlEncoded: z.literal(true).exactOptional(),
        isWatched: z.literal(true).exactOptional(),
        make: z.strictObject({ put: z.string(), body: jsonObjectSchema }).exactOptional(),
      }),
    )
    .exactOptional(),
  holdsData: z.boolean(),
  writeOnly: z.array(z.string()).readonly().exactOptional(),
  dependsOn: z.array(z.string()).readonly().exactOptional(),
  readOnly: z.array(z.string()).readonly().exactOptional(),
  wholeArrays: z.array(z.string()).readonly().exactOptional(),
  readAction: z.string().exactOptional(),
  package: z.string().exactOptional(),
});

export const storedTemplateSchema = z.strictObject({
  file: z.string(),
  template: jsonObjectSchema,
  parameters: jsonObjectSchema,
  onDestroy: z.enum(['delete', 'keep']),
});
