import { z } from 'zod';

const concurrency = z.int().min(1).nullish();
const percent = z.int().min(1).max(100).nullish();

const cron = z.object({
  timezone: z.string().describe('of the IANA database, such as Europe/Berlin'),
  start: z.string().describe('five fields of cron, such as "0 8 * * 1-5"'),
  end: z.string(),
  replicas: z.int().min(1).max(1000).describe('so many at least from start to end'),
});

const rule = z.object({
  type: z.string().min(1).describe('the scaler as KEDA calls it: rabbitmq, azure-servicebus, azure-queue, kafka, …'),
  metadata: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .nullish()
    .describe('of the scaler, as https://keda.sh/docs/latest/scalers/ has it'),
  secrets: z
    .record(z.string(), z.string())
    .nullish()
    .describe('parameter of the scaler → name of a secret in the vault, or its key under `secrets`'),
  identity: z.boolean().nullish().describe('asks as the identity of the deployment, which needs the right to'),
});

export const rules = z.record(z.string(), rule);

export const scale = z
  .object({
    http: concurrency.describe('concurrent requests of a replica'),
    tcp: concurrency.describe('concurrent connections of a replica'),
    cpu: percent.describe('percent of what a replica has'),
    memory: percent.describe('percent of what a replica has'),
    cron: z.record(z.string(), cron).nullish().describe('replicas at certain times, by names of your own'),
    rules: rules.nullish().describe('any scaler of KEDA, by names of your own'),
    polling_interval: z.int().min(1).nullish().describe('seconds between two looks at what rules watch (default: 30)'),
    cooldown: z.int().min(0).nullish().describe('seconds from the last event to no replica (default: 300)'),
  })
  .nullish()
  .describe('when there are more replicas than min_replicas, and how many up to max_replicas');

export type RawScale = z.infer<typeof scale>;
