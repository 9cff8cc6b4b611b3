import { z } from 'zod';
import { flag, text } from './schema-values.ts';

const probe = z.object({
  path: text.describe('absolute path; absent: a TCP check'),
  port: z.int().min(1).max(65535).nullish(),
  initial_delay: z.int().min(0).max(60).nullish().describe('seconds'),
  period: z.int().min(1).max(240).nullish().describe('seconds'),
  timeout: z.int().min(1).max(240).nullish().describe('seconds'),
  failure_threshold: z.int().min(1).max(48).nullish(),
});

const envValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null().describe('switches a default off'),
  z.strictObject({ secret: z.string().describe('name of a secret in the vault, or its key under `secrets`') }),
  z.strictObject({
    service: z.string().describe('key of another service'),
    format: z.string().optional().describe('text around its address: {address}, {host}, {port}'),
  }),
]);

export const service = z.object({
  name: text.describe('name of the container app'),
  image: text.describe('prebuilt image; a service with one and no Dockerfile is an infrastructure service'),
  dockerfile: text.describe('relative to docker.build_context; docker.dockerfiles.<key> does the same'),
  port: z.int().min(1).max(65535),
  cpu: z.number().positive().max(4).nullish(),
  memory: text.describe('twice the cpu in Gi, e.g. "1Gi"'),
  min_replicas: z.int().min(0).max(1000).nullish(),
  max_replicas: z.int().min(1).max(1000).nullish(),
  ingress: z.enum(['external', 'internal', 'none']).nullish(),
  transport: z.enum(['http', 'tcp']).nullish(),
  env: z.record(z.string(), envValue).nullish(),
  health_path: z.union([z.string(), z.literal(false)]).nullish(),
  migration: z
    .union([z.literal(false), z.object({ command: z.union([z.string(), z.array(z.string()).min(1)]) })])
    .nullish()
    .describe('command run as a job with the new image before the new code starts; false switches a default off'),
  probes: z.object({ startup: probe.nullish(), readiness: probe.nullish(), liveness: probe.nullish() }).nullish(),
  consumer: flag.describe('reads queues from its first second, with or without traffic'),
  smoke: z
    .array(
      z.object({
        path: z.string(),
        method: z.enum(['GET', 'HEAD', 'POST', 'OPTIONS']).nullish(),
        status: z.int().min(100).max(599).nullish().describe('expected status (default: any 2xx)'),
        contains: text.describe('text that the answer must contain'),
      }),
    )
    .nullish()
    .describe('requests that a new revision must answer before it gets traffic'),
});

export type RawService = z.infer<typeof service>;
export type RawEnvValue = z.infer<typeof envValue>;
export type RawProbe = z.infer<typeof probe>;
