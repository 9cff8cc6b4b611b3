import { z } from 'zod';
import { build } from './build-schema.ts';
import { container, sideContainer, volumes } from './container-schema.ts';
import { rules } from './scale-schema.ts';
import { text } from './schema-values.ts';

export const job = z.object({
  name: text.describe('name of the Container Apps job (default: its key)'),
  image: text.describe('prebuilt image'),
  dockerfile: text.describe('relative to docker.build_context; docker.dockerfiles.<key> does the same'),
  build: build.nullish().describe('what the image is built from, as of services'),
  ...container,
  init: z
    .array(sideContainer.omit({ probes: true }))
    .nullish()
    .describe('run to their end in this order before the job starts'),
  volumes,
  schedule: text.describe(
    'cron expression of five fields in UTC; without it and without event the job is started by hand',
  ),
  event: z
    .object({
      rules: rules.describe('scalers of KEDA, by names of your own'),
      min_executions: z.int32().min(0).nullish(),
      max_executions: z.int32().min(1).nullish(),
      polling_interval: z.int32().min(1).nullish().describe('seconds'),
    })
    .nullish()
    .describe('an execution for each event'),
  parallelism: z.int32().min(1).nullish().describe('replicas of an execution that run at a time (default 1)'),
  completions: z.int32().min(1).nullish().describe('replicas that must succeed, at most parallelism (default 1)'),
  retries: z.int32().min(0).nullish().describe('how often a replica that failed is tried again (default 0)'),
  timeout: z.int32().min(1).nullish().describe('seconds that a replica may take (default 1800)'),
});

export type RawJob = z.infer<typeof job>;
