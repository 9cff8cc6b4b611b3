import { z } from 'zod';
import { container } from './container-schema.ts';
import { flag, text } from './schema-values.ts';

const scaler = z.object({
  type: z.string().describe('name of a KEDA scaler, such as azure-servicebus or rabbitmq'),
  metadata: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .nullish()
    .describe('as KEDA describes it; no secrets'),
  secrets: z
    .record(z.string(), z.string())
    .nullish()
    .describe('parameter of the scaler: name of a secret in the vault, or its key under `secrets`'),
  identity: flag.describe('asks as the identity of the deployment, which needs the rights for it'),
});

export const job = z.object({
  name: text.describe('name of the Container Apps job (default: its key)'),
  image: text.describe('prebuilt image'),
  dockerfile: text.describe('relative to docker.build_context; docker.dockerfiles.<key> does the same'),
  ...container,
  schedule: text.describe(
    'cron expression of five fields in UTC; without it and without event the job is started by hand',
  ),
  event: z
    .object({
      scalers: z.record(z.string(), scaler),
      min_executions: z.int().min(0).nullish(),
      max_executions: z.int().min(1).nullish(),
      polling_interval: z.int().min(1).nullish().describe('seconds'),
    })
    .nullish()
    .describe('an execution for each event'),
  parallelism: z.int().min(1).nullish().describe('replicas of an execution that run at a time (default 1)'),
  completions: z.int().min(1).nullish().describe('replicas that must succeed (default 1)'),
  retries: z.int().min(0).nullish().describe('how often a replica that failed is tried again (default 0)'),
  timeout: z.int().min(1).nullish().describe('seconds that a replica may take (default 1800)'),
});

export type RawJob = z.infer<typeof job>;
