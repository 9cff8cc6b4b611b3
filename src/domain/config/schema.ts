import { z } from 'zod';

/**
 * The configuration as users write it. An empty string or an absent value means «not given», as in the original template.
 * Unknown keys are warned about elsewhere (unknown-keys.ts), so objects here let them pass.
 */
const text = z.string().nullish();
const flag = z.boolean().nullish();
const count = z.int().min(0).nullish();

const secret = text.describe('empty: generated or absent; `env:NAME`, `keyvault:NAME`, or a literal (warned about)');

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

const service = z.object({
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

export const configSchema = z.object({
  azure: z.object({ subscription_id: text, resource_group: text, location: text, project_name: text }),
  locations: z
    .object({
      default: text,
      resource_group: text,
      monitoring: text,
      container_registry: text,
      key_vault: text,
      postgresql: text,
      redis: text,
      container_apps: text,
    })
    .nullish(),
  container_registry: z.object({ name: text, sku: z.enum(['Basic', 'Standard', 'Premium']).nullish() }),
  key_vault: z.object({ name: text }),
  monitoring: z.object({ log_workspace: text, app_insights: text }).nullish(),
  postgresql: z
    .object({
      server_name: text,
      database_name: text,
      admin_user: text,
      admin_password: secret,
      sku: text,
      tier: z.enum(['Burstable', 'GeneralPurpose', 'MemoryOptimized']).nullish(),
      version: z.union([z.string(), z.int()]).nullish(),
      storage_size: z.int().nullish().describe('GiB'),
    })
    .nullish(),
  redis: z
    .object({
      name: text,
      sku: z.enum(['Basic', 'Standard', 'Premium']).nullish(),
      vm_size: text,
      kind: z.enum(['auto', 'classic', 'managed']).nullish(),
    })
    .nullish(),
  mongodb: z.object({ connection_url: secret }).nullish(),
  container_apps: z.object({ environment_name: text }).nullish(),
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), secret).nullish(),
  deployment: z
    .object({ skip_build: flag, skip_migrations: flag, dry_run: flag, auto_approve: flag, verbose: flag, resume: flag })
    .nullish(),
  docker: z
    .object({
      registry: text.describe('take prebuilt images from this registry instead of building them'),
      registry_username: text,
      registry_password: secret,
      source: text.describe('https://host/org/repo.git#ref: images are built from that public repository'),
      build_context: text,
      dockerfiles: z.record(z.string(), text).nullish(),
    })
    .nullish(),
  release: z
    .object({
      strategy: z.enum(['switch', 'canary']).nullish(),
      steps: z.array(z.int().min(1).max(100)).nullish().describe('percent of the traffic, the last one 100'),
      bake_time: z.number().min(0).max(86_400).nullish().describe('seconds of watching after each step of a canary'),
      health_timeout: z.number().min(1).max(3600).nullish().describe('seconds a new revision may take to be healthy'),
      on_failure: z.enum(['rollback', 'keep']).nullish(),
      smoke_image: text.describe('image with sh and curl, for smoke requests to internal services'),
      keep: z.int().min(1).max(100).nullish().describe('inactive revisions that are kept'),
    })
    .nullish()
    .describe('how new revisions get their traffic'),
  networking: z.object({ cors_origin: text, swagger_enabled: flag, swagger_path: text }).nullish(),
  tags: z.record(z.string(), text).nullish(),
  advanced: z
    .object({
      retry_attempts: z.int().min(0).max(20).nullish(),
      retry_delay: z.number().min(0).max(3600).nullish().describe('seconds'),
      operation_timeout: count.describe('seconds; can only raise the limit of each kind of operation'),
      cleanup_on_failure: flag.describe('removes what a failed run had created and what holds no data'),
      save_state: flag,
      state_file: text,
      state_storage: z.enum(['local', 'blob']).nullish(),
      state_blob_account: text,
      state_blob_container: text,
      state_blob_name: text,
    })
    .nullish(),
});

export type RawConfig = z.infer<typeof configSchema>;
export type RawService = z.infer<typeof service>;
export type RawEnvValue = z.infer<typeof envValue>;
export type RawProbe = z.infer<typeof probe>;
