import { z } from 'zod';
import { problemSchema } from './problem.ts';
import { environmentViewSchema, runViewSchema } from './views.ts';

/** What of an environment is seen at a glance; numbers in place of long lists. */
const atAGlanceSchema = environmentViewSchema
  .omit({ environment: true, subscriptionId: true, resourceGroup: true, serial: true, steps: true })
  .extend({ resources: z.number().int(), leftBehind: z.number().int() });

const newestRunSchema = runViewSchema.pick({
  runId: true,
  status: true,
  startedAt: true,
  finishedAt: true,
  requestedBy: true,
  pendingApproval: true,
});

const environmentOverviewSchema = z.object({
  environment: z.string(),
  /** Null where it cannot be told; `trouble` says why. */
  state: atAGlanceSchema.nullable(),
  newestRun: newestRunSchema.nullable(),
  /** What it costs in a month, as the plan of the newest run estimated it; null: not known. */
  monthlyCost: z.object({ currency: z.string(), sum: z.string() }).nullable(),
  trouble: problemSchema.pick({ code: true, detail: true, hint: true }).nullable(),
});
export type EnvironmentOverview = z.infer<typeof environmentOverviewSchema>;

export const overviewSchema = z
  .object({
    environments: z.array(environmentOverviewSchema),
    /** For `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  })
  .meta({ title: 'Overview' });
