import { z } from 'zod';
import { ENVIRONMENT_NAME } from './environment-name.ts';
import { RUN_ID } from './runs/run-id.ts';
import { STEP_NAMES } from './steps.ts';

/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
export const TRACEPARENT = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** What a run deletes instead of deploying. */
const destroyOptionsSchema = z.strictObject({
  /** What holds data stays, and is recorded as left behind. */
  keepData: z.boolean(),
  /** The name of one thing that was left behind: that and what lies below it; null: everything. */
  leftBehind: z.string().nullable(),
  /** Keys, or ids, of what goes although nothing says that we made it; never what is another environment's. */
  include: z.array(z.string()),
  /** Whoever asked gave the environment's name: data may go. */
  confirmed: z.boolean(),
  /** Storage account and container, `ACCOUNT/CONTAINER`: databases are dumped there first. */
  dumpTo: z.string().exactOptional(),
  /** Only if the time of the environment is over when its turn has come; who gave it that time agreed. */
  expired: z.boolean().exactOptional(),
});
export type DestroyOptions = z.infer<typeof destroyOptionsSchema>;

export const runOptionsSchema = z.strictObject({
  dryRun: z.boolean(),
  resume: z.boolean(),
  autoApprove: z.boolean(),
  verbose: z.boolean(),
  forceSteps: z.array(z.enum(STEP_NAMES)),
  forceAll: z.boolean(),
  /** Take over resources of the configured names that do not carry our tag. */
  adopt: z.boolean(),
  /** Keys of resources that may be replaced although their data is not moved. */
  allowReplace: z.array(z.string()),
  /** The kept run whose images, variables and scale this one brings back; databases, migrations and secrets stay. */
  rollbackTo: z.string().regex(RUN_ID).nullish(),
  /** Look at every resource as it is now: steps whose resources differ run. */
  refresh: z.boolean().optional(),
  /** No other step does anything. */
  onlySteps: z.array(z.enum(STEP_NAMES)).nullish(),
  /** Deletes, and deploys nothing. */
  destroy: destroyOptionsSchema.optional(),
  /** How long the environment lives from now on, `72h`, or `never`: for good; absent: as long as was said before. */
  expires: z.string().exactOptional(),
  /** The plan may cost more than the configuration allows. */
  acceptCost: z.boolean().exactOptional(),
  /** Looks for drift, and does nothing else; always a dry run. */
  checksDrift: z.literal(true).exactOptional(),
});
export type RunOptions = z.infer<typeof runOptionsSchema>;

/** A run of which nothing special is asked. */
export const NO_OPTIONS: RunOptions = {
  dryRun: false,
  resume: false,
  autoApprove: false,
  verbose: false,
  forceSteps: [],
  forceAll: false,
  adopt: false,
  allowReplace: [],
};

export const runRequestSchema = z.strictObject({
  runId: z.string().regex(RUN_ID),
  environment: z.string().regex(ENVIRONMENT_NAME),
  /** ISO 8601. */
  requestedAt: z.string(),
  /** Who asked, as far as known: `user@host`. */
  requestedBy: z.string(),
  /** SHA-256 of the redacted, normalized configuration in the RunStore. */
  configDigest: z.string(),
  options: runOptionsSchema,
  /** Where application sources are: an absolute directory; null: no service is built. */
  source: z.string().nullable(),
  /** SHA-256 over config digest, source, options and product version: equal requests reattach. */
  requestDigest: z.string(),
  productVersion: z.string(),
  /** Which trigger it came through. */
  trigger: z.enum(['cli', 'http', 'blob', 'timer']).default('cli'),
  /** The engine that drives it, as in the lock. */
  engine: z.string().default(''),
  /** Waits for its turn while the environment is busy, instead of ending. */
  waits: z.boolean().default(false),
  /** The unfinished run whose Azure operations this one goes on with. */
  adoptsOperationsOf: z.string().nullable(),
  /** What a run before this one was to do and has not done, as words of the command line. */
  handedOn: z
    .strictObject({
      from: z.string(),
      /** In `options`, although this one was not asked for it. */
      inherited: z.array(z.string()),
      /** Of a run that ended, or of another aim. */
      dropped: z.array(z.string()),
    })
    .exactOptional(),
  /**
   * Of a run that changes nothing, a plan or a drift check: the first in a row of such runs. All that are listed from it on, until an
   * hour before this one, are of that row. Absent: it begins within that hour, or nobody has looked.
   */
  looksSince: z.string().exactOptional(),
  /** The caller's place in its trace, as it was sent; kept where traces are made. */
  traceparent: z.string().regex(TRACEPARENT).exactOptional(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** What a run was asked to do, in a word. */
const WORKS = ['deploy', 'plan', 'rollback', 'repair', 'destroy', 'drift_check'] as const;
type Work = (typeof WORKS)[number];

export function workOf({ checksDrift, dryRun, destroy, rollbackTo, onlySteps }: RunOptions): Work {
  if (checksDrift) return 'drift_check';
  if (dryRun) return 'plan';
  if (destroy) return 'destroy';
  if (rollbackTo) return 'rollback';
  return onlySteps ? 'repair' : 'deploy';
}

export const runSummarySchema = z.object({
  runId: z.string(),
  environment: z.string(),
  status: z.enum([
    'queued',
    'running',
    'waiting_for_approval',
    'succeeded',
    'failed',
    'cancelled',
    'rejected',
    'abandoned',
  ]),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  executed: z.array(z.enum(STEP_NAMES)),
  skipped: z.array(z.enum(STEP_NAMES)),
  failed: z.array(z.enum(STEP_NAMES)),
  /** Of a run that deletes: how much it has deleted, what went with other things left out. */
  deleted: z.number().optional(),
  /** Of a run that deletes: addresses of the dumps that it made first. */
  dumps: z.array(z.string()).optional(),
  /** Of a drift check that could look: how many fields differ. */
  drifted: z.number().int().exactOptional(),
  durationInMs: z.number(),
  error: z
    .object({
      step: z.enum(STEP_NAMES).optional(),
      code: z.string(),
      message: z.string(),
      correlationId: z.string().optional(),
      hint: z.string().optional(),
    })
    .nullish(),
  /** Addresses of external services by service key. */
  addresses: z.record(z.string(), z.string()).default({}),
  /** When the environment is deleted, ISO 8601; absent: it stays. */
  expires: z.string().exactOptional(),
  /** Who asked, and for what; absent in runs of before they were remembered here. */
  requestedBy: z.string().exactOptional(),
  work: z.enum(WORKS).exactOptional(),
  /** Of its orchestration; absent in runs of before it was remembered. */
  orchestrationVersion: z.string().exactOptional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A lock as a run took it. */
const knownLockSchema = z.object({
  fence: z.number().int(),
  /** ISO 8601, by the store's clock. */
  acquiredAt: z.string(),
  /** Of a run that does a part only: digest of what the steps had left when it took the lock, see `basisOf`. */
  basis: z.string().exactOptional(),
});
export type KnownLock = z.infer<typeof knownLockSchema>;

/** What an activity of a step answers; small, because it is kept in the orchestration's history. */
export const stepAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), retryAfterInSeconds: z.number() }),
  z.object({ kind: z.literal('completed') }),
  z.object({ kind: z.literal('skipped') }),
  /** Not started, because the run was cancelled or another step failed. */
  z.object({ kind: z.literal('stopped') }),
  /** Not started, because the state does not have what this run has done before: that is done again first. */
  z.object({ kind: z.literal('behind') }),
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    retryable: z.boolean(),
    retryAfterInSeconds: z.number().optional(),
  }),
]);
export type StepAnswer = z.infer<typeof stepAnswerSchema>;

/** Name of the event that tells of a step, or a run, that was not started: a run with one cannot go on as if nothing had been. */
export const STOPPED = 'stopped';

/** Name of the event that tells that a step's head start is done: the step itself goes on, or never begins. */
export const AHEAD = 'ahead';

/** What `open_run` answers: whether there is anything to do, and whether somebody must approve it first. */
const openAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run'),
    lock: knownLockSchema.exactOptional(),
    /** Everything is made for the first time, so that steps take their head starts. */
    overlaps: z.literal(true).exactOptional(),
  }),
  /** The plan is one of deletions. */
  z.object({ kind: z.literal('remove'), lock: knownLockSchema.exactOptional() }),
  z.object({
    kind: z.literal('nothing'),
    /** And the run has come to its end. */
    isClosed: z.literal(true).exactOptional(),
  }),
  z.object({ kind: z.literal('approval'), planDigest: z.string(), timeoutInSeconds: z.number() }),
  /** Another run holds the environment, or is before this one in the queue. */
  z.object({ kind: z.literal('queued'), retryAfterInSeconds: z.number() }),
  /** Cancelled, or replaced by a newer configuration, before it began. */
  z.object({ kind: z.literal('stopped') }),
  /** Azure could not be asked now; to be called again. */
  z.object({ kind: z.literal('waiting'), retryAfterInSeconds: z.number() }),
  z.object({ kind: z.literal('failed') }),
]);
export type OpenAnswer = z.infer<typeof openAnswerSchema>;

/** What `close_run` answers; it waits while it removes what a failed run had created. */
const closeAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), retryAfterInSeconds: z.number() }),
  z.object({ kind: z.literal('closed') }),
  /** Not closed, because the state does not have what this run has done. */
  z.object({ kind: z.literal('behind') }),
  /** The run store knows no such run. */
  z.object({ kind: z.literal('unknown') }),
]);
export type CloseAnswer = z.infer<typeof closeAnswerSchema>;

/** Data of the external event `approval`. */
export const approvalSchema = z.object({
  planDigest: z.string(),
  decision: z.enum(['approve', 'reject', 'cancel']),
  by: z.string(),
  /** The environment's name, given again: what holds data may go. */
  confirm: z.string().optional(),
  /** The plan costs more than the configuration allows, and may. */
  acceptCost: z.boolean().optional(),
  comment: z.string().optional(),
});
export type Approval = z.infer<typeof approvalSchema>;

/** How a run ended, as far as the orchestration knows; `close_run` reads the rest from the RunStore. */
export type RunOutcome = 'succeeded' | 'failed' | 'stopped' | 'rejected';
