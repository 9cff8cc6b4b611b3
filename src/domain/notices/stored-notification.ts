import { z } from 'zod';
import { NOTICE_EVENTS } from './notice.ts';

const environmentValueSchema = z.strictObject({ source: z.literal('environment'), variable: z.string() });
const vaultValueSchema = z.strictObject({ source: z.literal('vault'), name: z.string() });

/** A webhook as a stored configuration has it. */
export const storedNotificationSchema = z.strictObject({
  url: z.discriminatedUnion('source', [
    z.strictObject({ source: z.literal('literal'), text: z.string() }),
    environmentValueSchema,
    vaultValueSchema,
  ]),
  secret: z.discriminatedUnion('source', [environmentValueSchema, vaultValueSchema]).exactOptional(),
  events: z.array(z.enum(NOTICE_EVENTS)),
  body: z.string().exactOptional(),
});
