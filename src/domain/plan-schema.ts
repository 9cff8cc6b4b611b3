import { z } from 'zod';
import { costEstimateSchema } from './cost/estimate-schema.ts';
import { STEP_NAMES } from './steps.ts';

/** One field that a write changes; what may be a secret is hidden in both values. */
const plannedChangeSchema = z.object({
  /** In the body; members of arrays by their names: `properties.template.containers[api].image`. */
  path: z.string(),
  from: z.string(),
  to: z.string(),
  /** Who decides about the field: the file, what follows from it, the closed list, or nobody any more. */
  owner: z.enum(['setting', 'computed', 'invariant', 'default']),
  /** Of an invariant, or of somebody else's field that is made safe: what may happen where it is otherwise. */
  danger: z.string().optional(),
  /** The step whose output the value is made of, where it is not known yet. */
  knownAfter: z.enum(STEP_NAMES).optional(),
});
export type PlannedChange = z.infer<typeof plannedChangeSchema>;

/** One field that is not as we would make it, and stays. */
const keptFieldSchema = z.object({ path: z.string(), found: z.string(), wanted: z.string(), why: z.string() });

const plannedResourceSchema = z.object({
  /** Stable key, e.g. `postgresql` or `app:api_gateway`. */
  key: z.string(),
  id: z.string(),
  type: z.string(),
  /** Of what is deleted and is of a type that is data: with which version of the management API. */
  apiVersion: z.string().optional(),
  /**
   * `adopt`: was not ours, and is with these changes. `keep`: stays what it is although a new one would be another; in a plan of
   * deletions: stays, and is let go of.
   * `left_behind`: no longer in the configuration, and not touched. `delete`: is removed. `orphan` is what plans of earlier versions say for that.
   */
  action: z.enum([
    'create',
    'update',
    'unchanged',
    'replace',
    'forbidden',
    'adopt',
    'keep',
    'left_behind',
    'delete',
    'orphan',
  ]),
  /** Why, in one sentence. */
  reason: z.string().optional(),
  /** Every field that is written, and no other. */
  changes: z.array(plannedChangeSchema).optional(),
  kept: z.array(keptFieldSchema).optional(),
  /** Of what is deleted and holds data: how much, as far as Azure tells, and since when (ISO 8601). */
  data: z.object({ size: z.string().optional(), since: z.string().optional() }).optional(),
  /** The key of the resource with which it is deleted. */
  goesWith: z.string().optional(),
  /** Keys of what is deleted before it: Azure made it for them, and would make it again. */
  after: z.array(z.string()).optional(),
  /** What it depends on whether anything is written at all: steps, or outputs that are not known yet. */
  maybe: z.array(z.string()).optional(),
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

const takeoverStageSchema = z.object({
  /** In a few words, e.g. `roles are granted`. */
  what: z.string(),
  /** Keys of the resources concerned. */
  resources: z.array(z.string()),
  /** The steps that do it; none for what comes before all of them. */
  steps: z.array(z.enum(STEP_NAMES)),
});
export type TakeoverStage = z.infer<typeof takeoverStageSchema>;

const plannedDomainSchema = z.object({
  /** The key of its service. */
  service: z.string(),
  name: z.string(),
  /** What DNS has to show before it is added. `ours`: the run makes it. */
  records: z.array(z.object({ type: z.string(), name: z.string(), value: z.string(), ours: z.boolean() })),
});
export type PlannedDomain = z.infer<typeof plannedDomainSchema>;

const plannedExpirySchema = z.discriminatedUnion('kind', [
  /** `after` is counted from the beginning of the run. */
  z.object({ kind: z.literal('set'), after: z.string() }),
  z.object({ kind: z.literal('kept'), at: z.string() }),
  z.object({ kind: z.literal('dropped'), at: z.string() }),
]);

const serverDumpSchema = z.object({
  /** Of the server. */
  id: z.string(),
  host: z.string(),
  /** Its major version, which is that of the tool. */
  version: z.string(),
  user: z.string(),
  databases: z.array(z.string()),
});
export type ServerDump = z.infer<typeof serverDumpSchema>;

const dumpPlanSchema = z.object({
  /** Of the blob container, in ARM. */
  containerId: z.string(),
  /** `https://account.blob.core.windows.net/container` */
  address: z.string(),
  /** The applications' identity is let in for it. */
  grants: z.boolean(),
  servers: z.array(serverDumpSchema),
});
export type DumpPlan = z.infer<typeof dumpPlanSchema>;

/** What a run will do and why: data only. Its digest is what an approval approves. Plans of earlier versions are read too. */
export const planSchema = z.object({
  environment: z.string(),
  /** Where it happens. */
  target: z
    .object({ subscriptionId: z.string().nullable(), resourceGroup: z.string(), location: z.string() })
    .optional(),
  /** Of a plan of deletions; nothing is made then. */
  removal: z
    .object({
      /** The name of what was left behind and is deleted; null: everything that we made. */
      leftBehind: z.string().nullable(),
      /** Data goes: whoever agrees gives the environment's name. */
      deletesData: z.boolean(),
      /** What is dumped before anything is deleted. */
      dump: dumpPlanSchema.exactOptional(),
    })
    .optional(),
  steps: z.array(plannedStepSchema),
  resources: z.array(plannedResourceSchema),
  /** Where something is taken over: in which order it changes hands. */
  takeover: z.array(takeoverStageSchema).optional(),
  /** Names that are not bound yet. */
  domains: z.array(plannedDomainSchema).optional(),
  /** Of an environment that ends, or ended before this run: when. */
  expires: plannedExpirySchema.exactOptional(),
  /** What a step makes anew that is no resource: images and versions of secrets, e.g. `image.api_gateway`. */
  renewed: z.array(z.string()).optional(),
  warnings: z.array(z.string()),
  /** What could not be looked at, and why, one sentence each. */
  unseen: z.array(z.string()).optional(),
  /** The chain of steps that decides how long the run takes, with the estimated seconds of each. */
  criticalPath: z.array(z.object({ step: z.enum(STEP_NAMES), estimatedSeconds: z.number() })),
  /** It costs more in a month than the configuration allows; absent: it does not, as far as prices are known. */
  overLimit: z.object({ limit: z.string(), currency: z.string() }).exactOptional(),
  /** SHA-256 over everything above. */
  digest: z.string(),
  /** What it costs. No part of the digest: prices change by themselves. Absent where nobody asked for any. */
  cost: costEstimateSchema.exactOptional(),
});
export type Plan = z.infer<typeof planSchema>;
