import { z } from 'zod';
import { buildContextOf } from '../domain/config/build-context.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesireInput } from '../domain/desired.ts';
import { defineRecord, defineRecords, doneSchema } from '../engine/record.ts';
import { settleAll } from '../engine/settle.ts';
import type { FactSources, Facts, Step, StepContext } from '../engine/step.ts';
import { tellOnce } from '../engine/tell-once.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { convergeApps } from '../release/converge-app.ts';
import { followExecution } from '../release/job-execution.ts';
import { MIGRATION_TIMEOUT_IN_SECONDS, migrationContainer } from '../resources/app/migration.ts';
import { migrationJob } from '../resources/job.ts';
import { hashJson } from '../shared/json.ts';

/** This run has written the jobs. */
const jobsWritten = defineRecord({ name: 'jobs-written-by', scope: 'run', schema: doneSchema });
/** What was migrated last: a successor does not do it again. */
const migrations = defineRecords({ name: 'migrated', scope: 'inherited', schema: z.object({ mark: z.string() }) });

/**
 * Step 13: a job for each service with a migration, with the new image. The jobs are written side by side, and run one
 * after the other, before the new code starts.
 */
export const runMigrations: Step = {
  name: 'run_migrations',
  desire,
  facts,
  omits: async ({ config, source }) => {
    const all = migrated(config.services.application);
    const missing = await settleAll(all.map((service) => missingFile({ config, source }, service)));
    return all.flatMap(({ key }, index) => (missing[index] === undefined ? [] : [`job:${key}`]));
  },

  async run(context) {
    const before = context.previous?.outputs ?? {};
    if (context.config.deployment.skipMigrations) {
      context.log('warning', 'deployment.skip_migrations is set: no migration runs');
      return { kind: 'completed', outputs: before };
    }
    const due = await withTheirFiles(context);
    const writing = await writeJobs(context, due);
    if (writing) return writing;
    const outputs: Record<string, string> = {};
    for (const service of due) {
      const result = await migrate(context, service, before[`migration.${service.key}`]);
      if (typeof result === 'object') return result;
      outputs[`migration.${service.key}`] = result;
    }
    return { kind: 'completed', outputs };
  },
};

function desire(input: DesireInput) {
  if (input.config.deployment.skipMigrations) return [];
  return migrated(input.config.services.application).map((service) => migrationJob(input, service));
}

/** Whether the files that migrations require are there. */
async function facts({ config, source }: FactSources): Promise<Facts> {
  if (!source) return {};
  const required = config.services.application.flatMap((service) =>
    (service.migration?.requires ?? []).map((path) => ({ path, context: buildContextOf(service, config) })),
  );
  const found = await settleAll(
    required.map(async ({ path, context }) => [`file:${path}`, String(await source.exists(`${context}/${path}`))]),
  );
  return Object.fromEntries(found);
}

function migrated(services: readonly ServiceConfig[]): readonly ServiceConfig[] {
  return services.filter(({ migration }) => migration !== undefined);
}

/** Those whose sources have something to migrate. */
async function withTheirFiles(context: StepContext): Promise<readonly ServiceConfig[]> {
  const due: ServiceConfig[] = [];
  for (const service of migrated(context.config.services.application)) {
    const missing = await missingFile(context, service);
    if (missing === undefined) due.push(service);
    else {
      const reason = `${service.name}: no migration, because the source has no ${missing}`;
      await tellOnce(context, service.key, reason, (text) => context.log('info', text));
    }
  }
  return due;
}

/** Observe, ensure, sync: the jobs are there, with the new images. Not looked at again once the state has them, in one run. */
async function writeJobs(context: StepContext, due: readonly ServiceConfig[]): Promise<Waiting | undefined> {
  const jobs = due.map((service) => migrationJob(context, service));
  const isRecorded = jobs.every(({ key, id }) => context.state.resources[key]?.id === id);
  if (context.memory.read(jobsWritten) && isRecorded) return undefined;
  const written = await convergeApps(context, jobs);
  if (isWaiting(written)) return written;
  await context.memory.write(jobsWritten, true);
  return undefined;
}

/** Check: one execution succeeds. Answers what stands for a migration that is done: image and command. */
async function migrate(
  context: StepContext,
  service: ServiceConfig,
  done: string | undefined,
): Promise<string | Waiting> {
  const image = context.outputs.read('image', service.key);
  const mark = hashJson({ image, command: service.migration?.command ?? [] });
  const last = context.memory.read(migrations, service.key);
  // Also what an earlier run did before it failed, unless it is wanted once more.
  const isOurs = !context.memory.isInherited(migrations, service.key);
  if (last?.mark === mark && (isOurs || !context.reason.forced)) return mark;
  if (mark === done && !context.reason.forced) return mark;
  const waiting = await followExecution(context, {
    ...{ job: migrationJob(context, service), service, subject: mark },
    predecessor: context.reason.forced ? undefined : context.predecessor,
    title: `the migration of ${service.name}`,
    timeoutInSeconds: MIGRATION_TIMEOUT_IN_SECONDS,
    told: { container: (runMark) => migrationContainer(context, service, runMark) },
    failure: {
      code: 'migration_failed',
      hint: 'The new code was not started. Correct the migration and run again.',
    },
  });
  if (waiting) return waiting;
  await context.memory.write(migrations, { mark }, service.key);
  return mark;
}

async function missingFile(
  { source, config }: Pick<StepContext, 'source' | 'config'>,
  service: ServiceConfig,
): Promise<string | undefined> {
  if (!source) return undefined;
  const context = buildContextOf(service, config);
  for (const path of service.migration?.requires ?? []) {
    if (!(await source.exists(`${context}/${path}`))) return path;
  }
  return undefined;
}
