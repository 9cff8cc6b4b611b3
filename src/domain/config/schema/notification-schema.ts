import { z } from 'zod';
import { NOTICE_EVENTS } from '../../notices/notice.ts';

/** Webhooks by names of the user's own. */
export const notifications = z
  .record(
    z.string(),
    z.object({
      url: z.string().describe('https address; where it is itself a secret, env:NAME or keyvault:NAME'),
      secret: z
        .string()
        .nullish()
        .describe('env:NAME or keyvault:NAME: what it stands for signs each call, by Standard Webhooks'),
      events: z.array(z.enum(NOTICE_EVENTS)).min(1).nullish().describe('what is told (default: everything)'),
      body: z
        .string()
        .nullish()
        .describe('JSON for a chat system, such as {"text": "{{title}}: {{text}}"} (default: the notice itself)'),
    }),
  )
  .nullish()
  .describe('webhooks that are told of runs');
