import { z } from 'zod';
import { STEP_NAMES } from './steps.ts';

const plannedResourceSchema = z.object({
  /** Stable key, e.g. `postgresql` or `app:api_gateway`. */
  key: z.string(),
  id: z.string(),
  type: z.string(),
  action: z.enum(['create', 'update', 'unchanged', 'replace', 'forbidden', 'orphan', 'adopt']),
  /** Why, in one sentence; for `update` what changes. */
  reason: z.string().optional(),
});
export type PlannedResource = z.infer<typeof plannedResourceSchema>;

const plannedStepSchema = z.object({
  step: z.enum(STEP_NAMES),
  number: z.number(),
  /** `maybe`: it waits for an output that is not known yet and may still be skipped. */
  action: z.enum(['run', 'skip', 'maybe']),
  /** Always given, e.g. `postgresql.sku: Standard_B1ms → Standard_B2s` or `unchanged`. */
  reason: z.string(),
  /** The names of the dependencies that changed. */
  changed: z.array(z.string()),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

/** What a run will do and why: data only. Its digest is what an approval approves. */
export const planSchema = z.object({
  environment: z.string(),
  steps: z.array(plannedStepSchema),
  resources: z.array(plannedResourceSchema),
  warnings: z.array(z.string()),
  /** The chain of steps that decides how long the run takes, with the estimated seconds of each. */
  criticalPath: z.array(z.object({ step: z.enum(STEP_NAMES), estimatedSeconds: z.number() })),
  /** SHA-256 over everything above. */
  digest: z.string(),
});
export type Plan = z.infer<typeof planSchema>;
