import { z } from 'zod';
import { driftSchema } from './drift.ts';
import { planSchema } from './plan-schema.ts';
import { STEP_NAMES } from './steps.ts';

const step = z.enum(STEP_NAMES);
const trafficSchema = z.object({ service: z.string(), shares: z.record(z.string(), z.number()) });
export type MovedTraffic = z.infer<typeof trafficSchema>;

const base = {
  /** `<step>/<call>/<words>` or `run/<name>/<words>`: the same event written twice has the same id. */
  id: z.string(),
  runId: z.string(),
  environment: z.string(),
  /** ISO 8601. */
  at: z.string(),
};

/** One line of a run's event stream. Status, command line, log file and dashboard all read these. */
export const runEventSchema = z
  .discriminatedUnion('type', [
    z.object({
      ...base,
      type: z.literal('run_started'),
      resumed: z.boolean(),
      startedBy: z.string(),
      version: z.string(),
    }),
    z.object({ ...base, type: z.literal('run_queued'), place: z.number(), holder: z.string().nullable() }),
    z.object({ ...base, type: z.literal('plan'), plan: planSchema }),
    z.object({ ...base, type: z.literal('approval_requested'), planDigest: z.string() }),
    z.object({
      ...base,
      type: z.literal('approval_decided'),
      planDigest: z.string(),
      decision: z.enum(['approve', 'reject']),
      by: z.string(),
      comment: z.string().optional(),
    }),
    z.object({ ...base, type: z.literal('cancel_requested'), by: z.string() }),
    z.object({ ...base, type: z.literal('step_started'), step, number: z.number(), reason: z.string() }),
    z.object({
      ...base,
      type: z.literal('step_progress'),
      step,
      message: z.string(),
      waitingInSeconds: z.number().optional(),
      /** Where the traffic of a service goes from now on: percent by revision. */
      traffic: trafficSchema.exactOptional(),
    }),
    z.object({
      ...base,
      type: z.literal('step_completed'),
      step,
      durationInMs: z.number(),
      attempts: z.number(),
      /** How long what it waited for may have been over before that was seen, at most; absent: it waited for nothing that tells no time. */
      lateInSeconds: z.number().exactOptional(),
    }),
    z.object({ ...base, type: z.literal('step_skipped'), step, reason: z.string() }),
    z.object({
      ...base,
      type: z.literal('step_failed'),
      step,
      code: z.string(),
      message: z.string(),
      correlationId: z.string().optional(),
      hint: z.string().optional(),
      durationInMs: z.number(),
      attempts: z.number(),
    }),
    z.object({
      ...base,
      type: z.literal('drift_checked'),
      /** How many resources were looked at, and how many of their fields differ. */
      resources: z.number().int(),
      differing: z.number().int(),
      /** The first of them. */
      drift: z.array(driftSchema),
      /** What could not be looked at, and what is wrong with secrets in the vault. */
      notes: z.array(z.string()),
    }),
    z.object({ ...base, type: z.literal('dump_completed'), server: z.string(), addresses: z.array(z.string()) }),
    z.object({ ...base, type: z.literal('removal_started'), key: z.string(), resource: z.string() }),
    z.object({ ...base, type: z.literal('removal_completed'), key: z.string(), resource: z.string() }),
    z.object({
      ...base,
      type: z.literal('removal_failed'),
      key: z.string(),
      resource: z.string(),
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      correlationId: z.string().optional(),
    }),
    z.object({
      ...base,
      type: z.literal('log'),
      level: z.enum(['debug', 'info', 'warning', 'error']),
      step: step.optional(),
      /** The service whose build or migration wrote the line. */
      service: z.string().optional(),
      message: z.string(),
    }),
    z.object({
      ...base,
      type: z.literal('run_completed'),
      status: z.enum(['succeeded', 'failed', 'cancelled', 'rejected']),
      executed: z.array(step),
      skipped: z.array(step),
      failed: z.array(step),
      deleted: z.number().optional(),
      dumps: z.array(z.string()).optional(),
      durationInMs: z.number(),
      addresses: z.record(z.string(), z.string()).optional(),
      /** When the environment is deleted. */
      expires: z.string().exactOptional(),
    }),
  ])
  .meta({ title: 'RunEvent' });
export type RunEvent = z.infer<typeof runEventSchema>;
