import { z } from 'zod';
import { ENVIRONMENT_NAME } from '../environment-name.ts';
import { EXPIRES_RULE, isExpiresValue } from '../expiry/duration.ts';
import { DUMP_TARGET, DUMP_TARGET_RULE } from '../removal/dump-target.ts';
import { RUN_ID } from '../runs/run-id.ts';
import { STEP_NAMES } from '../steps.ts';

/** Sources given over HTTP are archives, named by the SHA-256 of their bytes. */
const SOURCE_REFERENCE = /^sha256:[0-9a-f]{64}$/;

/** What may be asked of a run, by the names of the command line and of the query. */
export const askedOptionsSchema = z.strictObject({
  dryRun: z.boolean().default(false).describe('Make the plan and end.'),
  forceStep: z.array(z.enum(STEP_NAMES)).default([]).describe('Run these steps although nothing changed.'),
  forceAll: z.boolean().default(false).describe('Run every step although nothing changed.'),
  resume: z.boolean().default(false).describe('Said in the events only: every run goes on from what is done.'),
  autoApprove: z.boolean().default(false).describe('Do not wait for an approval of the plan.'),
  verbose: z.boolean().default(false),
  adopt: z.boolean().default(false).describe('Take over resources that do not carry our tag.'),
  refresh: z.boolean().default(false).describe('Look at every resource as it is now, and repair what differs.'),
  allowReplace: z.array(z.string().max(200)).max(100).default([]).describe('Resources that may be replaced.'),
  acceptCost: z.boolean().default(false).describe('Go on although it costs more than the configuration allows.'),
  expires: z
    .string()
    .refine(isExpiresValue, `must be ${EXPIRES_RULE}`)
    .optional()
    .describe('When a new environment is deleted, data included, counted from now: 72h; never: not any more.'),
});
export type AskedOptions = Readonly<z.infer<typeof askedOptionsSchema>>;

/** Options of a deployment over HTTP: those of the run, and what is done around it. */
export const startOptionsSchema = askedOptionsSchema.extend({
  resetState: z.boolean().default(false).describe('Forget what was deployed first; a copy of the state is kept.'),
  source: z
    .string()
    .regex(SOURCE_REFERENCE, 'must be sha256:<64 hexadecimal digits> of an archive that POST /api/sources knows')
    .optional()
    .describe('The archive of the application sources.'),
  from: z
    .string()
    .regex(ENVIRONMENT_NAME, 'must be the name of an environment')
    .optional()
    .describe(
      'The environment whose overlay this one is made from; absent: its own, or that of the deployment before.',
    ),
  allowUnknownKeys: z
    .boolean()
    .default(false)
    .describe('Tell unknown keys of the configuration as warnings of the answer, instead of refusing it.'),
  onBusy: z.enum(['fail', 'wait']).default('fail').describe('What to do while another run holds the environment.'),
});
export type StartOptions = z.infer<typeof startOptionsSchema>;

/** A JSON body that carries options beside the configuration; the configuration as an object or as YAML text. */
export const startEnvelopeSchema = z
  .strictObject({
    config: z.union([z.record(z.string(), z.unknown()), z.string()]),
    overlay: z
      .string()
      .optional()
      .describe(
        'What differs in this environment, or in the one it is made from, as YAML; instead of an overlay of the file.',
      ),
    variables: z
      .record(z.string(), z.string())
      .optional()
      .describe('Variables that the configuration fills in, before the settings DRAFTGENIE_VAR_* of the app.'),
    terraform: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .describe('Values of outputs, by state and name, that the configuration reads as ${{terraform.NAME.OUTPUT}}.'),
    templates: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .describe('What the compiler made of the templates that the configuration names, by their names there.'),
    options: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ title: 'DeploymentWithOptions' });

export const approvalRequestSchema = z
  .strictObject({
    planDigest: z.string().regex(/^[0-9a-f]{64}$/, 'must be the 64 hexadecimal digits of the plan’s digest'),
    decision: z.enum(['approve', 'reject']),
    comment: z.string().max(1000).optional(),
    confirm: z.string().max(100).optional().describe('The name of the environment, where the plan deletes data.'),
    acceptCost: z.boolean().optional().describe('The plan may cost more than the configuration allows.'),
  })
  .meta({ title: 'Decision' });
export type ApprovalRequest = z.infer<typeof approvalRequestSchema>;

export const rollbackRequestSchema = z
  .strictObject({
    to: z.string().regex(RUN_ID, 'must be the id of a run').optional().describe('A kept successful run.'),
    autoApprove: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  })
  .meta({ title: 'RollbackRequest' });

export const repairRequestSchema = z
  .strictObject({ autoApprove: z.boolean().default(false), dryRun: z.boolean().default(false) })
  .meta({ title: 'RepairRequest' });

export const destroyRequestSchema = z
  .strictObject({
    keepData: z.boolean().default(false).describe('Leave what holds data; the state goes on to know it.'),
    leftBehind: z.string().max(500).optional().describe('Delete one thing that was left behind, by its name.'),
    include: z
      .array(z.string().max(1000))
      .max(100)
      .default([])
      .describe('Delete these, too, although nothing says that we made them.'),
    dumpTo: z
      .string()
      .regex(DUMP_TARGET, `must be ${DUMP_TARGET_RULE}`)
      .optional()
      .describe('ACCOUNT/CONTAINER of a storage account: dump the databases there before anything is deleted.'),
    confirm: z.string().max(100).optional().describe('The name of the environment, again: data may be deleted.'),
    expired: z
      .boolean()
      .default(false)
      .describe('Delete it if its time is over, and only then; asks nobody, since who gave it that time agreed.'),
    onBusy: z.enum(['fail', 'wait']).default('fail').describe('What to do while another run holds the environment.'),
    autoApprove: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  })
  .meta({ title: 'DestroyRequest' });
export type DestroyRequest = z.infer<typeof destroyRequestSchema>;

export const sourceRequestSchema = z
  .strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  })
  .meta({ title: 'SourceRequest' });

export const RUNS_PAGE_SIZE = 20;
export const runsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(RUNS_PAGE_SIZE),
  before: z.string().optional().describe('Runs older than this one: `next` of the page before.'),
});

/** As many environments as a page of the overview has. */
const OVERVIEW_PAGE_SIZE = 100;

export const overviewQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(OVERVIEW_PAGE_SIZE).default(OVERVIEW_PAGE_SIZE),
  after: z
    .string()
    .regex(ENVIRONMENT_NAME, 'must be the name of an environment')
    .optional()
    .describe('Environments after this one: `next` of the page before.'),
});

export const AUDIT_PAGE_SIZE = 20;
export const auditQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(AUDIT_PAGE_SIZE),
  before: z
    .string()
    .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the id of an entry')
    .optional()
    .describe('Entries older than this one: `next` of the page before.'),
});

export const eventsQuerySchema = z.strictObject({
  after: z.string().max(100).optional().describe('An opaque position from an earlier answer.'),
});

/** Guards what cannot be undone. */
export const confirmQuerySchema = z.strictObject({
  confirm: z.string().describe('The name of the environment, again.'),
});

export const breakLockQuerySchema = confirmQuerySchema.extend({
  run: z.string().min(1).max(100).optional().describe('The run whose lock is meant; that of another is not broken.'),
});

export const signInRequestSchema = z
  .strictObject({ code: z.string().min(1).max(200) })
  .meta({ title: 'SignInRequest' });
