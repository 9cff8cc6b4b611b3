import { z } from 'zod';
import { durationsSchema } from './durations/durations.ts';
import { STEP_NAMES } from './steps.ts';

/** The environment's state document: a superset of the original script's (`version` 1.0). */
export const STATE_VERSION = '2.0';

export const dependencyRecordSchema = z.strictObject({
  hash: z.string(),
  /** The value as canonical JSON, for configuration keys only: lets the plan say `B1ms → B2s`. */
  value: z.string().optional(),
});
export type DependencyRecord = z.infer<typeof dependencyRecordSchema>;

const stepStateSchema = z.object({
  status: z.enum(['completed', 'failed', 'skipped']),
  /** When the status was set, ISO 8601. */
  timestamp: z.string(),
  /** Fingerprint of the last completed run of the step; kept when a later attempt fails. */
  dependency_hash: z.string().nullable(),
  /** The named parts of the fingerprint, each with its own hash. */
  dependencies: z.record(z.string(), dependencyRecordSchema).default({}),
  /** What later steps consume. Never a secret. */
  outputs: z.record(z.string(), z.string()).default({}),
  metadata: z.record(z.string(), z.unknown()).default({}),
  error: z.object({ code: z.string(), message: z.string(), correlationId: z.string().optional() }).nullish(),
  duration_in_ms: z.number().optional(),
  attempts: z.number().int().optional(),
  /** The run that last executed the step. */
  run_id: z.string().optional(),
  /** The run that has begun to execute it again, as long as it has not ended it: what is on Azure is then in between. */
  begun_by: z.string().exactOptional(),
});
export type StepState = z.infer<typeof stepStateSchema>;

const resourceRecordSchema = z.object({
  /** Full ARM id. */
  id: z.string(),
  type: z.string(),
  step: z.enum(STEP_NAMES),
  /** The run that created it. */
  created_by: z.string().optional(),
  holds_data: z.boolean().default(false),
  /** Values of fields that Azure does not let us change, by dotted path. */
  immutable: z.record(z.string(), z.string()).default({}),
  /**
   * What we last applied, as far as it is ours: the third side of the next write's merge. Never a secret value. Absent in
   * states of before it was remembered.
   */
  applied: z.record(z.string(), z.json()).exactOptional(),
  /** Fields that somebody else fixed at creation and that were taken over as they are, by their paths. */
  accepted: z.array(z.string()).exactOptional(),
  /** Path → hash of what Azure answered right after we wrote a field, where that was something else. */
  respelled: z.record(z.string(), z.string()).exactOptional(),
  /** Of a resource of any type: how it is asked for, whose it is, and keys of those that go after it. */
  generic: z
    .object({
      api_version: z.string(),
      ownership: z.enum(['tagged', 'child', 'recorded']),
      needs: z.array(z.string()).default([]),
      read_action: z.string().exactOptional(),
    })
    .exactOptional(),
});
export type ResourceRecord = z.infer<typeof resourceRecordSchema>;

/** A resource that no key stands for any more. */
const leftBehindSchema = resourceRecordSchema.extend({
  key: z.string(),
  /** When that was recorded, ISO 8601. Absent in states of before it was remembered. */
  since: z.string().exactOptional(),
});
export type LeftBehind = z.infer<typeof leftBehindSchema>;

const lockSchema = z.object({
  runId: z.string(),
  /** Who: `user@host` or the name of the Functions app. */
  holder: z.string(),
  /** Which engine drives the run: `local:<journal directory>` or `functions:<host name>`. */
  engine: z.string(),
  acquiredAt: z.string(),
  step: z.string().nullable(),
  /** Grows with every change of holder; every write of the holder carries it. */
  fence: z.number().int(),
  /** When the holder must have written again, by the store's clock. */
  wakeBy: z.string(),
  /** By activity, the mark of the copy of it that began last; where a host may run two copies at once. */
  copies: z.record(z.string(), z.string()).exactOptional(),
});
export type Lock = z.infer<typeof lockSchema>;

const waiterSchema = z.object({
  runId: z.string(),
  trigger: z.string(),
  since: z.string(),
  /** A waiter that has not come back by then, by the store's clock, lost its place. */
  wakeBy: z.string(),
});
export type Waiter = z.infer<typeof waiterSchema>;

const expirySchema = z.object({
  /** From then on it is to be deleted, data included, by the store's clock; ISO 8601, UTC. */
  at: z.string(),
  /** When that was said. */
  set_at: z.string(),
  /** Who said it. */
  by: z.string(),
  /** When the reaper first told of the end. */
  told_at: z.string().exactOptional(),
});
export type Expiry = z.infer<typeof expirySchema>;

/** Unsettled: a deployment did not come to its end, so that there is nothing to compare with. */
export const checkOutcomeSchema = z.enum(['clean', 'drift', 'failed', 'cancelled', 'unsettled']);

const driftCheckSchema = z.object({
  /** NCRONTAB, in UTC. */
  schedule: z.string(),
  /** A repair of what was found is started. */
  repair: z.boolean(),
  /** Since when that counts; ISO 8601, by the store's clock. */
  set_at: z.string(),
  /** The check that is under way; whoever finds that one is due, and none here, writes it down before it begins. */
  begun: z.string().exactOptional(),
  /** Checks in the list of runs, the oldest first. */
  listed: z.array(z.string()).default([]),
  /** The last check that came to an end. */
  last: z.object({ at: z.string(), run_id: z.string(), outcome: checkOutcomeSchema }).exactOptional(),
  /** What the last check that could look found; absent: that nothing differs, or none could look. */
  found: z
    .object({
      run_id: z.string(),
      /** Of what differs and how: the same drift is told once. Empty: it was found before the last deployment. */
      digest: z.string(),
      /** How many fields differ. */
      differing: z.number().int(),
      /** A repair would put some of them back, and has not done so too often. */
      repairable: z.boolean(),
      /** How often in a row Azure did not answer the look that comes before a repair; absent: it did. */
      unanswered: z.number().int().exactOptional(),
      /** What became of it: the run that repairs it, or why none was started; absent: that is not decided yet. */
      repair: z.object({ run_id: z.string().exactOptional(), why: z.string().exactOptional() }).exactOptional(),
    })
    .exactOptional(),
  /** The last repair that a check started, and what it was about. */
  last_repair: z.object({ run_id: z.string(), digest: z.string() }).exactOptional(),
  /** How often checks had a field repaired since the last deployment, by the digest of its place. */
  repairs: z.record(z.string(), z.number().int()).default({}),
});
export type DriftCheck = z.infer<typeof driftCheckSchema>;

export const environmentStateSchema = z.object({
  version: z.literal(STATE_VERSION),
  last_updated: z.string(),
  environment: z.string(),
  subscription_id: z.string().nullable(),
  resource_group: z.string().nullable(),
  /** Grows by one with every write. */
  serial: z.number().int(),
  /** The last fence given out; never goes back, not even by a reset. */
  fence: z.number().int(),
  lock: lockSchema.nullable(),
  /** Runs that wait for the lock, in the order in which they get it. */
  queue: z.array(waiterSchema).default([]),
  last_run: z
    .object({
      run_id: z.string(),
      status: z.string(),
      finished_at: z.string().nullable(),
      /** Of the document that the run left: where it is that of the document, nobody has written since. Absent: of before this was kept. */
      serial: z.number().exactOptional(),
    })
    .nullable(),
  steps: z.partialRecord(z.enum(STEP_NAMES), stepStateSchema),
  resources: z.record(z.string(), resourceRecordSchema),
  /** What was deployed and has no place in the configuration any more, by the name that lets go of it. */
  left_behind: z.record(z.string(), leftBehindSchema).default({}),
  /** Everything was deleted, and nothing was deployed since. */
  closed: z.object({ at: z.string(), run_id: z.string(), kept_data: z.boolean() }).exactOptional(),
  /**
   * The run that ended the life before this one, data included; absent: none did. What is generated belongs to a life:
   * a vault that is recovered brings back the secrets of the one before.
   */
  life: z.string().exactOptional(),
  /** The environment whose overlay it is made from; absent: its own, or none. Outlives a deletion. */
  from: z.string().exactOptional(),
  /** Its end, which only who deploys it can set; absent: it stays, and nothing deletes it but a person. */
  expires: expirySchema.exactOptional(),
  /** When drift is looked for, as what is deployed says, and what was found; absent: nobody asked for that. */
  drift_check: driftCheckSchema.exactOptional(),
  /** How long operations took, which tells when to look at the next of their kind; absent: nothing was waited for yet. */
  durations: durationsSchema.exactOptional(),
});
export type EnvironmentState = z.infer<typeof environmentStateSchema>;

/** Whether the original script recorded it; a run of ours that has begun it again since takes nothing of that away. */
export function isOriginalRecord(step: StepState | undefined): boolean {
  if (step?.dependency_hash !== null || step.run_id !== undefined) return false;
  return !isBegunFirst(step);
}

/** Whether its first run has begun it, and not ended it: it may have outputs already. */
export function isBegunFirst({ status, error, begun_by, run_id }: StepState): boolean {
  return begun_by !== undefined && run_id === undefined && status === 'failed' && !error;
}

/** Whether it says nothing but what the original script left: nothing was written by us yet. */
export function isOfOriginalScript({ steps, resources }: Pick<EnvironmentState, 'steps' | 'resources'>): boolean {
  const records = Object.values(steps);
  return records.length > 0 && records.every(isOriginalRecord) && Object.keys(resources).length === 0;
}

export function emptyState(environment: string): EnvironmentState {
  return {
    version: STATE_VERSION,
    last_updated: new Date(0).toISOString(),
    environment,
    subscription_id: null,
    resource_group: null,
    serial: 0,
    fence: 0,
    lock: null,
    queue: [],
    last_run: null,
    steps: {},
    resources: {},
    left_behind: {},
  };
}

/** Whether it is known under any key, in use or left behind. */
export function isRecorded(
  { resources, left_behind }: Pick<EnvironmentState, 'resources' | 'left_behind'>,
  id: string,
): boolean {
  const records = [...Object.values(resources), ...Object.values(left_behind)];
  return records.some((record) => record.id.toLowerCase() === id.toLowerCase());
}
