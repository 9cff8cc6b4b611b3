import { z } from 'zod';
import { defineRecord } from '../engine/record.ts';

/** Why a run ended before its first step; the summary tells it. */
export const planningFailure = defineRecord({
  name: 'error',
  scope: 'run',
  schema: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().exactOptional(),
    correlationId: z.string().exactOptional(),
  }),
});
