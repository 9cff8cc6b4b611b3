import { z } from 'zod';
import { requestProblemSchema } from '../../domain/api/problem.ts';
import { RIGHTS } from '../../domain/api/scoped-key.ts';
import { servicesViewSchema } from '../../domain/api/service-views.ts';
import { driftReportSchema, environmentViewSchema, runPageSchema, runViewSchema } from '../../domain/api/views.ts';
import { auditEntrySchema } from '../../domain/audit.ts';
import { costEstimateSchema } from '../../domain/cost/estimate-schema.ts';
import { runEventSchema } from '../../domain/events.ts';
import { planSchema } from '../../domain/plan-schema.ts';
import { environmentStateSchema } from '../../domain/state.ts';
import { STEP_NAMES } from '../../domain/steps.ts';
import { EXPORT_FORMATS } from '../../export/formats.ts';
import { logLineSchema } from '../../logs/log-line.ts';

const runOverviewSchema = runPageSchema.shape.runs.element;

const resolvedValueSchema = z.object({
  value: z.json(),
  from: z.enum(['file', 'overlay', 'default']),
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  variables: z.array(z.string()).optional(),
});
const pathSchema = z.array(z.union([z.string(), z.number()]));

/**
 * Every kind of line that a command writes to standard output with `--output json`: what it tells and its form. docs/output.md and the
 * files of schemas/output are made of it; within a version members may be added, and none changes its meaning or goes.
 */
export const OUTPUTS = {
  event: { about: 'one event of a run, as the HTTP interface streams it', schema: runEventSchema },
  log_line: {
    about: 'one line that a container of a service wrote, or that Azure said of it',
    schema: logLineSchema.extend({ type: z.literal('log_line'), service: z.string() }),
  },
  error: {
    about: 'why the command did not do what it was asked for; the last line',
    schema: z.object({
      type: z.literal('error'),
      /** As docs/errors.md lists it, or Azure's own. */
      code: z.string(),
      message: z.string(),
      /** What to do next. */
      hint: z.string().optional(),
      /** By which the support of Azure finds the request. */
      correlationId: z.string().optional(),
      /** What is wrong with the configuration or the request, each with its place. */
      problems: z.array(requestProblemSchema).optional(),
      exitCode: z.number().int(),
    }),
  },
  plan: { about: 'what a run would do', schema: z.object({ type: z.literal('plan'), plan: planSchema }) },
  differences: {
    about: 'what the file says otherwise of two environments',
    schema: z.object({
      type: z.literal('differences'),
      environment: z.string(),
      against: z.string(),
      differences: z.array(
        z.object({
          path: pathSchema,
          environment: resolvedValueSchema.nullable(),
          against: resolvedValueSchema.nullable(),
        }),
      ),
    }),
  },
  cost: {
    about: 'what a month costs',
    schema: z.object({ type: z.literal('cost'), cost: costEstimateSchema }),
  },
  drift: {
    about: 'what was changed on Azure since the last deployment',
    schema: driftReportSchema.extend({ type: z.literal('drift') }),
  },
  status: {
    about: 'what is deployed; of an environment without a state its name alone',
    schema: environmentViewSchema
      .partial()
      .required({ environment: true })
      .extend({
        type: z.literal('status'),
        lastRun: runOverviewSchema.nullable(),
        /** What Azure says of the services; null: it could not be asked. Absent: it was not, or nothing is deployed. */
        live: servicesViewSchema.nullable().optional(),
        /** Why it could not be asked. */
        liveError: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
      }),
  },
  run: { about: 'one run', schema: runViewSchema.extend({ type: z.literal('run') }) },
  run_overview: { about: 'one run in a few words', schema: runOverviewSchema },
  audit_entry: { about: 'one thing that was asked for', schema: auditEntrySchema },
  decision: {
    about: 'a decision that was recorded',
    schema: z.object({
      type: z.literal('decision'),
      runId: z.string(),
      planDigest: z.string(),
      decision: z.enum(['approve', 'reject']),
    }),
  },
  cancelled: {
    about: 'whether a run was asked to stop, or had ended before',
    schema: z.object({
      type: z.literal('cancelled'),
      runId: z.string(),
      requested: z.boolean(),
      status: z.string(),
    }),
  },
  job_execution: {
    about: 'an execution of a job that was started; with --wait how it ended',
    schema: z.object({
      type: z.literal('job_execution'),
      job: z.string(),
      execution: z.string(),
      status: z.string().optional(),
      exitCode: z.number().int().nullable().optional(),
      log: z.array(z.string()).optional(),
    }),
  },
  doctor: {
    about: 'what was looked at before a deployment',
    schema: z.object({
      type: z.literal('doctor'),
      ok: z.boolean(),
      checks: z.array(
        z.object({
          check: z.string(),
          status: z.enum(['ok', 'failed', 'unknown']),
          text: z.string(),
          repair: z.string().optional(),
          code: z.string().optional(),
        }),
      ),
    }),
  },
  nothing_to_do: {
    about: 'why there was nothing to delete',
    schema: z.object({
      type: z.literal('nothing_to_do'),
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
    }),
  },
  reaped: {
    about: 'what became of one environment that was looked at',
    schema: z.object({
      type: z.literal('reaped'),
      environment: z.string(),
      outcome: z.enum(['stays', 'told', 'waits', 'forgotten', 'deleted', 'failed']),
    }),
  },
  serving: {
    about: 'where the app is served; its key opens it',
    schema: z.object({
      type: z.literal('serving'),
      url: z.string(),
      key: z.string(),
      storage: z.string().nullable(),
    }),
  },
  simulating: {
    about: 'where the simulator listens',
    schema: z.object({ type: z.literal('simulating'), url: z.string() }),
  },
  address: { about: 'an address', schema: z.object({ type: z.literal('address'), address: z.string() }) },
  key: {
    about: 'a key that was made',
    schema: z.object({
      type: z.literal('key'),
      name: z.string(),
      key: z.string(),
      rights: z.array(z.enum(RIGHTS)),
      environment: z.string().nullable(),
    }),
  },
  error_code: {
    about: 'what is known of a code of an error',
    schema: z.object({
      type: z.literal('error_code'),
      code: z.string(),
      meaning: z.string().optional(),
      next: z.string().optional(),
      exitCode: z.number().int().optional(),
      status: z.number().int().optional(),
      wrong: z.string().optional(),
      azure: z.array(z.object({ kind: z.string(), when: z.string().optional(), next: z.string() })),
    }),
  },
  config: {
    about: 'the configuration of an environment, and where each value comes from',
    schema: z.object({
      type: z.literal('config'),
      environment: z.string(),
      values: z.array(resolvedValueSchema.extend({ path: pathSchema })),
    }),
  },
  json_schema: { about: 'the JSON Schema of the configuration', schema: z.looseObject({ $schema: z.string() }) },
  export: {
    about: 'files that were written',
    schema: z.object({
      type: z.literal('export'),
      format: z.enum(EXPORT_FORMATS),
      folder: z.string(),
      files: z.array(z.string()),
      notes: z.array(z.string()),
    }),
  },
  configuration: {
    about: 'a configuration that was made',
    schema: z.object({
      type: z.literal('configuration'),
      file: z.string(),
      written: z.boolean(),
      text: z.string(),
      /** What did not come over, or came over changed. */
      leftovers: z.array(
        z.object({ file: z.string(), line: z.number().optional(), key: z.string(), text: z.string() }),
      ),
      /** What has to be settled before it can be planned. */
      problems: z.array(requestProblemSchema),
    }),
  },
  state: { about: 'the state document', schema: environmentStateSchema },
  state_reset: {
    about: 'the state was reset; where its copy is, null: there was none',
    schema: z.object({ type: z.literal('state_reset'), copy: z.string().nullable() }),
  },
  state_unlocked: {
    about: 'the lock that was broken; null: there was none',
    schema: z.object({ type: z.literal('state_unlocked'), runId: z.string().nullable() }),
  },
  state_restored: {
    about: 'the state of an earlier run is back',
    schema: z.object({ type: z.literal('state_restored'), runId: z.string(), copy: z.string().nullable() }),
  },
  state_imported: {
    about: 'what was found of the environment, and written to its state where it is any',
    schema: z.object({
      type: z.literal('state_imported'),
      location: z.string(),
      written: z.boolean(),
      /** Steps that are left to the next deployment, each with the reason. */
      open: z.array(z.object({ step: z.enum(STEP_NAMES), number: z.number().int(), why: z.string() })),
    }),
  },
  state_forgotten: {
    about: 'what was let go',
    schema: z.object({ type: z.literal('state_forgotten'), name: z.string() }),
  },
  state_migrated: {
    about: 'the document was rewritten; where its copy is, null: nothing was to do',
    schema: z.object({ type: z.literal('state_migrated'), copy: z.string().nullable() }),
  },
} as const satisfies Readonly<Record<string, { readonly about: string; readonly schema: z.ZodType }>>;

export type OutputName = keyof typeof OUTPUTS;

/** The value of one line. */
export type Output<Name extends OutputName> = DeepReadonly<z.output<(typeof OUTPUTS)[Name]['schema']>>;

type DeepReadonly<Value> = Value extends readonly (infer Member)[]
  ? readonly DeepReadonly<Member>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** What each command writes, besides an error. Commands that are not here print what has a form of its own, a script of a shell. */
export const OUTPUTS_OF_COMMANDS: Readonly<Record<string, readonly OutputName[]>> = {
  deploy: ['event', 'plan', 'state_reset'],
  plan: ['plan', 'differences'],
  cost: ['cost'],
  rollback: ['event', 'plan'],
  destroy: ['event', 'plan', 'nothing_to_do'],
  reap: ['reaped', 'event', 'nothing_to_do', 'error'],
  drift: ['drift', 'event'],
  status: ['status', 'run'],
  runs: ['run_overview'],
  audit: ['audit_entry'],
  logs: ['event', 'log_line'],
  approve: ['decision'],
  cancel: ['cancelled'],
  'job run': ['job_execution'],
  doctor: ['doctor'],
  serve: ['serving'],
  simulator: ['simulating'],
  open: ['address'],
  key: ['key'],
  explain: ['error_code'],
  config: ['config'],
  'config schema': ['json_schema'],
  export: ['export'],
  init: ['configuration'],
  import: ['configuration', 'state_imported'],
  install: ['event', 'plan', 'configuration'],
  'state show': ['state'],
  'state reset': ['state_reset'],
  'state unlock': ['state_unlocked'],
  'state restore': ['state_restored'],
  'state forget': ['state_forgotten'],
  'state migrate': ['state_migrated'],
};
