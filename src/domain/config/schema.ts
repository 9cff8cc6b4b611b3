import { z } from 'zod';
import { WARNING_CODES, type WarningCode } from '../warnings/warning-codes.ts';
import { cost } from './schema/cost-schema.ts';
import { drift } from './schema/drift-schema.ts';
import { genericResources } from './schema/generic-resource-schema.ts';
import { job } from './schema/job-schema.ts';
import { notifications } from './schema/notification-schema.ts';
import { containerRegistry, keyVault, postgresql, redis, storage } from './schema/resource-schema.ts';
import { count, flag, namedSecret, optionalSection, secret, text } from './schema/schema-values.ts';
import { service } from './schema/service-schema.ts';
import { templates } from './schema/template-schema.ts';
import { terraform } from './schema/terraform-schema.ts';

/** The configuration as users write it. Unknown keys are found elsewhere (unknown-keys.ts), so objects here let them pass. */
export const configSchema = z.object({
  interpolate: flag.describe(
    'fills ${VAR}, ${VAR:-default} and ${VAR:?message} in from the environment of the command and --var; $$ is a $',
  ),
  environments: z
    .record(z.string(), z.unknown())
    .nullish()
    .describe('what differs in each environment, laid over the rest by key; !reset takes a key away'),
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
      storage: text,
      log_analytics: text.describe('the original script’s word for monitoring'),
      app_insights: text.describe('the original script’s word for monitoring'),
      postgres_server: text.describe('the original script’s word for postgresql'),
    })
    .nullish(),
  container_registry: optionalSection(containerRegistry),
  key_vault: keyVault,
  monitoring: optionalSection(z.object({ log_workspace: text, app_insights: text })),
  postgresql: optionalSection(postgresql),
  redis: optionalSection(redis),
  storage: optionalSection(storage).describe(
    'a storage account with containers, queues and shares; absent: not made, and one there is already is kept; false: let go of',
  ),
  mongodb: z.object({ connection_url: secret }).nullish(),
  container_apps: z
    .union([
      z.literal(false),
      z.object({
        environment_name: text,
        subnet: text.describe(
          'id of a subnet in which the environment is made, delegated to Microsoft.App/environments; it cannot be changed later',
        ),
      }),
    ])
    .nullish()
    .describe('the environment of services and jobs; false: none, where there are neither'),
  defaults: z
    .enum(['draftgenie', 'none'])
    .nullish()
    .describe(
      'the variables, health paths and migrations of DraftGenie for services of its keys; absent: where all five of them are',
    ),
  services: z.record(z.string(), service),
  jobs: z.record(z.string(), job).nullish().describe('what runs to its end: by hand, by the clock, or for each event'),
  secrets: z.record(z.string(), namedSecret).nullish(),
  resources: genericResources,
  templates,
  terraform,
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
      builder: z
        .enum(['acr', 'local'])
        .nullish()
        .describe(
          'local: by the docker of the machine from which is deployed, which pushes; default: the registry builds',
        ),
      dockerfiles: z.record(z.string(), text).nullish(),
    })
    .nullish(),
  registries: z
    .record(
      z.string(),
      z.object({
        username: text,
        password: secret,
        identity: z
          .union([z.boolean(), z.string()])
          .nullish()
          .describe('id of another registry of Azure, on which AcrPull is granted; true: somebody else grants it'),
      }),
    )
    .nullish()
    .describe('how images are pulled, by the servers of their registries'),
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
  cost,
  notifications,
  drift,
  acknowledge: z
    .array(z.enum(Object.keys(WARNING_CODES) as [WarningCode, ...WarningCode[]]))
    .nullish()
    .describe('warnings that are known, by the code behind them: they are told no more'),
  networking: z.object({ cors_origin: text, swagger_enabled: flag, swagger_path: text }).nullish(),
  tags: z.record(z.string(), text).nullish(),
  preserve: z
    .array(z.string())
    .nullish()
    .describe(
      'fields that are left alone, and what others made and would be removed: the key of a resource and the path, such as "postgresql properties.highAvailability" or "postgresql firewallRules[office]"',
    ),
  advanced: z
    .object({
      retry_attempts: z.int().min(0).max(20).nullish(),
      retry_delay: z.number().min(0).max(3600).nullish().describe('seconds'),
      operation_timeout: count.describe('seconds; can only raise the limit of each kind of operation'),
      domain_timeout: z
        .number()
        .min(0)
        .max(604_800)
        .nullish()
        .describe('seconds that a run waits for the DNS records of `domains` (default 14400)'),
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

/** What an overlay may say. */
export const overlaySchema = configSchema.omit({ environments: true });

/** What is left of it once overlays are laid over and variables are filled in. */
export type RawConfig = Omit<z.infer<typeof configSchema>, 'environments' | 'interpolate'>;
