import { z } from 'zod';
import { auditEntrySchema } from '../audit.ts';
import { driftSchema } from '../drift.ts';
import { planSchema } from '../plan-schema.ts';
import { runSummarySchema } from '../run.ts';
import { checkOutcomeSchema } from '../state.ts';
import { STEP_NAMES } from '../steps.ts';
import { lockViewSchema, requestProblemSchema } from './problem.ts';

const step = z.enum(STEP_NAMES);
const failure = z.object({
  code: z.string(),
  message: z.string(),
  correlationId: z.string().optional(),
  hint: z.string().optional(),
});

export const auditPageSchema = z
  .object({ entries: z.array(auditEntrySchema), next: z.string().nullable() })
  .meta({ title: 'AuditPage' });

const runStatusSchema = runSummarySchema.shape.status;

const stepViewSchema = z.object({
  step,
  number: z.number().int(),
  title: z.string(),
  /** Steps that come before it. */
  after: z.array(step).default([]),
  /** How long it takes as a rule. */
  typicalInSeconds: z.number().default(0),
  /** `pending`: not reached yet; `stopped`: the run ended before it began. */
  status: z.enum(['pending', 'running', 'completed', 'skipped', 'failed', 'stopped']),
  /** Why it runs or is skipped. */
  reason: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  durationInMs: z.number().nullable(),
  attempts: z.number().int(),
  /** What it waits for, while it runs. */
  waitingFor: z.string().nullable(),
  /** What it found and tested, in its own words. */
  checks: z.array(z.string()),
  error: failure.nullable(),
});
export type StepView = z.infer<typeof stepViewSchema>;

const removalViewSchema = z.object({
  key: z.string(),
  id: z.string(),
  status: z.enum(['pending', 'running', 'completed', 'failed', 'stopped']),
  error: failure.nullable(),
});
export type RemovalView = z.infer<typeof removalViewSchema>;

const runOverviewSchema = z.object({
  runId: z.string(),
  environment: z.string(),
  status: runStatusSchema,
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  durationInMs: z.number(),
  executed: z.array(step),
  skipped: z.array(step),
  failed: z.array(step),
  /** Who asked, and for what; absent for runs of before they were remembered. */
  requestedBy: runSummarySchema.shape.requestedBy,
  work: runSummarySchema.shape.work,
  /** Of a drift check that could look: how many fields differ. */
  drifted: runSummarySchema.shape.drifted,
  /** Of a run that deletes. */
  deleted: z.number().optional(),
  /** Of a run that deletes: addresses of the dumps that it made first. */
  dumps: z.array(z.string()).optional(),
});
export type RunOverview = z.infer<typeof runOverviewSchema>;

const decisionViewSchema = z.object({
  planDigest: z.string(),
  decision: z.enum(['approve', 'reject']),
  by: z.string(),
  at: z.string(),
  comment: z.string().optional(),
});

export type DecisionView = z.infer<typeof decisionViewSchema>;

const newerRunSchema = z.object({
  runId: z.string(),
  version: z.string(),
  appVersion: z.string(),
  /** What to do. */
  next: z.string(),
});

export const runViewSchema = runOverviewSchema
  .extend({
    trigger: z.enum(['cli', 'http', 'blob', 'timer']),
    requestedBy: z.string(),
    /** Place in the queue of the environment while the run is queued; 1 is next. */
    place: z.number().int().nullable(),
    cancelRequested: z.boolean(),
    plan: planSchema.nullable(),
    /** The digest of the plan that waits for an approval. */
    pendingApproval: z.string().nullable(),
    decisions: z.array(decisionViewSchema),
    steps: z.array(stepViewSchema),
    /** Of a run that deletes: what it deletes. */
    removals: z.array(removalViewSchema).default([]),
    error: failure.extend({ step: step.optional() }).nullable(),
    /** Addresses of external services by service key. */
    addresses: z.record(z.string(), z.string()),
    /** When the environment is deleted, data included; absent: it stays. As the run left it. */
    expires: z.string().optional(),
    links: z.object({ self: z.string(), events: z.string(), approval: z.string(), cancel: z.string() }),
    /** The run stands still: a newer version of the app began it, and only that takes it up again. */
    newerVersion: newerRunSchema.optional(),
    /** What may not be meant in the configuration; in the answer to the request that brought it only. */
    warnings: z.array(requestProblemSchema).optional(),
  })
  .meta({ title: 'Run' });
export type RunView = z.infer<typeof runViewSchema>;

export const runPageSchema = z
  .object({
    runs: z.array(runOverviewSchema),
    /** For `before` of the next page; null on the last one. */
    next: z.string().nullable(),
  })
  .meta({ title: 'RunPage' });
export type RunPage = z.infer<typeof runPageSchema>;

const leftBehindViewSchema = z.object({
  /** By which it is let go. */
  name: z.string(),
  id: z.string(),
  type: z.string(),
  holdsData: z.boolean(),
  /** The names of what lies below it. */
  below: z.array(z.string()),
  /** When the state began to say so, ISO 8601; absent for what was left before that was recorded. */
  since: z.string().optional(),
});
export type LeftBehindView = z.infer<typeof leftBehindViewSchema>;

export const environmentViewSchema = z
  .object({
    environment: z.string(),
    subscriptionId: z.string().nullable(),
    resourceGroup: z.string().nullable(),
    /** Null when nothing was deployed yet. */
    lastUpdated: z.string().nullable(),
    serial: z.number().int(),
    steps: z.array(
      z.object({
        step,
        status: z.string(),
        at: z.string(),
        runId: z.string().nullable(),
        durationInMs: z.number().nullable(),
        error: failure.nullable(),
      }),
    ),
    resources: z.array(z.object({ key: z.string(), id: z.string(), type: z.string(), step })),
    /** What was deployed and has no place in the configuration any more. */
    leftBehind: z.array(leftBehindViewSchema).default([]),
    /** When everything was deleted, and whether data stayed; null while something is deployed. */
    closed: z.object({ at: z.string(), runId: z.string(), keptData: z.boolean() }).nullable().default(null),
    /** The environment whose overlay it is made from; null: its own. */
    from: z.string().nullable().default(null),
    /** Its end, data included; null: it stays. `soon`: within a tenth of its time, at most a day; `due`: its time is over. */
    expires: z
      .object({ at: z.string(), by: z.string(), phase: z.enum(['ahead', 'soon', 'due']) })
      .nullable()
      .default(null),
    /** When an app looks for drift, and what it found last; null: it does not. */
    driftCheck: z
      .object({
        /** NCRONTAB, in UTC. */
        schedule: z.string(),
        repair: z.boolean(),
        next: z.string().nullable(),
        last: z
          .object({
            at: z.string(),
            runId: z.string(),
            outcome: checkOutcomeSchema,
          })
          .nullable(),
        /** How many fields differed when that could be looked at last. */
        differing: z.number().int(),
        /** The run that was started to repair that, or why none was. */
        repairRunId: z.string().nullable(),
        notRepaired: z.string().nullable(),
      })
      .nullable()
      .default(null),
    lastRun: z.object({ runId: z.string(), status: z.string(), finishedAt: z.string().nullable() }).nullable(),
    lock: lockViewSchema.nullable(),
    queue: z.array(z.object({ runId: z.string(), since: z.string() })),
    addresses: z.record(z.string(), z.string()),
    /** Images that the last deployment built, by service. */
    images: z.record(z.string(), z.string()).default({}),
    /** Revisions that serve, by service. */
    revisions: z.record(z.string(), z.string()).default({}),
  })
  .meta({ title: 'Environment' });
export type EnvironmentView = z.infer<typeof environmentViewSchema>;

export const environmentListSchema = z.object({ environments: z.array(z.string()) }).meta({ title: 'EnvironmentList' });
export const lockAnswerSchema = z.object({ lock: lockViewSchema.nullable() }).meta({ title: 'LockAnswer' });
export const resetAnswerSchema = z.object({ copy: z.string().nullable() }).meta({ title: 'ResetAnswer' });

export const signInCodeSchema = z.object({ code: z.string(), expiresAt: z.string() }).meta({ title: 'SignInCode' });
export const signInAnswerSchema = z.object({ key: z.string() }).meta({ title: 'SignInAnswer' });

export const forgetAnswerSchema = z.object({ forgotten: z.string() }).meta({ title: 'ForgetAnswer' });

export const sourceAnswerSchema = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('known'), source: z.string() }),
    z.object({
      status: z.literal('upload'),
      source: z.string(),
      /** Address for one PUT of the archive, good for a short time. */
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      expiresAt: z.string(),
    }),
  ])
  .meta({ title: 'SourceAnswer' });
export type SourceAnswer = z.infer<typeof sourceAnswerSchema>;

export const driftReportSchema = z
  .object({
    /** The last successful run: what it deployed is what should be there. */
    runId: z.string(),
    /** How many resources were looked at. */
    resources: z.number().int(),
    drift: z.array(driftSchema),
    /** What is wrong with secrets in the vault, and what could not be looked at; one sentence each. */
    notes: z.array(z.string()).optional(),
    /** What was deployed and has no place in the configuration any more. */
    leftBehind: z.array(leftBehindViewSchema).default([]),
    /** A run that was to repair this deployment and has not done all of it. */
    unfinishedRepair: z.string().exactOptional(),
  })
  .meta({ title: 'DriftReport' });
export type DriftReportView = z.infer<typeof driftReportSchema>;

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    checks: z.object({ storage: z.enum(['ok', 'unreachable']), engine: z.enum(['ok', 'unreachable']) }),
    /** Runs that stand still, since a newer version of the app began them; as of the last minutes. */
    newerRuns: z.array(newerRunSchema).optional(),
  })
  .meta({ title: 'Health' });
