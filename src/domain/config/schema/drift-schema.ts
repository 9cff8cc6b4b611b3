import { z } from 'zod';
import { flag } from './schema-values.ts';

/** When the app that keeps the state looks for drift, and what it does about it. */
export const drift = z
  .object({
    schedule: z
      .string()
      .describe(
        'when an app looks for drift: an NCRONTAB expression in UTC, "0 0 6 * * *" for each day at 6; within five minutes, and not oftener than every 15',
      ),
    repair: flag.describe(
      'starts a repair of what was found, which waits for an approval unless deployment.auto_approve is true (default false)',
    ),
  })
  .nullish()
  .describe('a drift check by the clock, by the app that keeps the state');
