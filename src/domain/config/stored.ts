import { z } from 'zod';
import { ASSUMPTION_NAMES, type Assumptions, CURRENCIES } from '../cost/assumptions.ts';
import { storedResourceSchema, storedTemplateSchema } from '../generic/stored-generic.ts';
import { storedNotificationSchema } from '../notices/stored-notification.ts';
import { SECTIONS } from '../sections/names.ts';
import type { DeploymentConfig } from './model.ts';
import { DEFAULT_RELEASE } from './release-defaults.ts';
import { STORAGE_SKUS, WEEKDAYS } from './schema/resource-schema.ts';

const probeSchema = z.strictObject({
  kind: z.enum(['http', 'tcp']).exactOptional(),
  path: z.string().exactOptional(),
  port: z.number().exactOptional(),
  initialDelayInSeconds: z.number().exactOptional(),
  periodInSeconds: z.number().exactOptional(),
  timeoutInSeconds: z.number().exactOptional(),
  failureThreshold: z.number().exactOptional(),
  successThreshold: z.number().exactOptional(),
  scheme: z.enum(['http', 'https']).exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
});

const probesSchema = z.union([
  z.literal(false),
  z.strictObject({
    startup: z.union([z.literal(false), probeSchema]).exactOptional(),
    readiness: z.union([z.literal(false), probeSchema]).exactOptional(),
    liveness: z.union([z.literal(false), probeSchema]).exactOptional(),
  }),
]);

const envValueSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plain'), value: z.string() }),
  z.strictObject({ kind: z.literal('secret'), name: z.string() }),
  z.strictObject({ kind: z.literal('service'), key: z.string(), format: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('reference'), text: z.string() }),
]);

const container = {
  command: z.array(z.string()).readonly().exactOptional(),
  args: z.array(z.string()).readonly().exactOptional(),
  cpu: z.number(),
  memory: z.string(),
  env: z.record(z.string(), envValueSchema),
  mounts: z.record(z.string(), z.string()).exactOptional(),
};

const sideContainerSchema = z.strictObject({
  name: z.string(),
  image: z.string().exactOptional(),
  ...container,
  probes: probesSchema.exactOptional(),
});

const ingress = {
  ports: z
    .array(z.strictObject({ port: z.number(), exposedPort: z.number() }))
    .readonly()
    .exactOptional(),
  cors: z
    .strictObject({
      origins: z.array(z.string()).readonly(),
      methods: z.array(z.string()).readonly().exactOptional(),
      headers: z.array(z.string()).readonly().exactOptional(),
      exposeHeaders: z.array(z.string()).readonly().exactOptional(),
      maxAgeInSeconds: z.number().exactOptional(),
      credentials: z.boolean().exactOptional(),
    })
    .exactOptional(),
  ipRules: z
    .strictObject({
      allow: z.record(z.string(), z.string()).exactOptional(),
      deny: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional(),
  clientCertificates: z.enum(['ignore', 'accept', 'require']).exactOptional(),
  sessionAffinity: z.boolean().exactOptional(),
  domains: z
    .array(
      z.strictObject({
        name: z.string(),
        zone: z.string().exactOptional(),
        validation: z.enum(['cname', 'http', 'txt']).exactOptional(),
      }),
    )
    .readonly()
    .exactOptional(),
};

const eventRulesSchema = z.record(
  z.string(),
  z.strictObject({
    type: z.string(),
    metadata: z.record(z.string(), z.string()),
    secrets: z.record(z.string(), z.string()).exactOptional(),
    identity: z.literal(true).exactOptional(),
  }),
);

const scaleSchema = z.strictObject({
  http: z.number().exactOptional(),
  tcp: z.number().exactOptional(),
  cpu: z.number().exactOptional(),
  memory: z.number().exactOptional(),
  cron: z
    .record(
      z.string(),
      z.strictObject({ timezone: z.string(), start: z.string(), end: z.string(), replicas: z.number() }),
    )
    .exactOptional(),
  rules: eventRulesSchema.exactOptional(),
  pollingIntervalInSeconds: z.number().exactOptional(),
  cooldownInSeconds: z.number().exactOptional(),
});

const smokeSchema = z.strictObject({
  path: z.string(),
  method: z.enum(['GET', 'HEAD', 'POST', 'OPTIONS']),
  status: z.number().exactOptional(),
  contains: z.string().exactOptional(),
});

const buildSchema = z.strictObject({
  context: z.string().exactOptional(),
  target: z.string().exactOptional(),
  args: z.record(z.string(), z.string()).exactOptional(),
  secrets: z.record(z.string(), z.string()).exactOptional(),
  builder: z.enum(['classic', 'buildkit']).exactOptional(),
});

const volumesSchema = z.record(
  z.string(),
  z.strictObject({
    secrets: z.record(z.string(), z.string()).exactOptional(),
    share: z.string().exactOptional(),
    readOnly: z.boolean().exactOptional(),
    mountOptions: z.string().exactOptional(),
  }),
);

const serviceSchema = z.strictObject({
  key: z.string(),
  name: z.string(),
  kind: z.enum(['application', 'infrastructure']),
  image: z.string().exactOptional(),
  dockerfile: z.string().exactOptional(),
  build: buildSchema.exactOptional(),
  port: z.number().exactOptional(),
  ...container,
  minReplicas: z.number(),
  maxReplicas: z.number(),
  scale: scaleSchema.exactOptional(),
  ingress: z.enum(['external', 'internal', 'none']),
  transport: z.enum(['http', 'http2', 'tcp']),
  ...ingress,
  healthPath: z.string().exactOptional(),
  migration: z
    .strictObject({ command: z.array(z.string()), requires: z.array(z.string()), isDefault: z.boolean() })
    .exactOptional(),
  probes: probesSchema.exactOptional(),
  init: z.array(sideContainerSchema).readonly().exactOptional(),
  sidecars: z.array(sideContainerSchema).readonly().exactOptional(),
  volumes: volumesSchema.exactOptional(),
  terminationGraceInSeconds: z.number().exactOptional(),
  dependsOn: z.array(z.string()).readonly().exactOptional(),
  consumer: z.boolean(),
  smoke: z.array(smokeSchema).exactOptional(),
});

const jobSchema = z.strictObject({
  key: z.string(),
  name: z.string(),
  image: z.string().exactOptional(),
  dockerfile: z.string().exactOptional(),
  build: buildSchema.exactOptional(),
  ...container,
  init: z.array(sideContainerSchema).readonly().exactOptional(),
  volumes: volumesSchema.exactOptional(),
  schedule: z.string().exactOptional(),
  event: z
    .strictObject({
      rules: eventRulesSchema,
      minExecutions: z.number(),
      maxExecutions: z.number(),
      pollingIntervalInSeconds: z.number(),
    })
    .exactOptional(),
  parallelism: z.number(),
  completions: z.number(),
  retries: z.number(),
  timeoutInSeconds: z.number(),
});

const costSchema = z.strictObject({
  currency: z.enum(CURRENCIES).exactOptional(),
  limit: z.number().exactOptional(),
  ...(Object.fromEntries(ASSUMPTION_NAMES.map((name) => [name, z.number().exactOptional()])) as Record<
    keyof Assumptions,
    z.ZodExactOptional<z.ZodNumber>
  >),
});

/** Configurations stored before releases were configured have none, and the first with one no image of smoke requests. */
const releaseSchema = z
  .strictObject({
    strategy: z.enum(['switch', 'canary']),
    steps: z.array(z.number()).readonly(),
    bakeTimeInSeconds: z.number(),
    healthTimeoutInSeconds: z.number(),
    onFailure: z.enum(['rollback', 'keep']),
    smokeImage: z.string().default(DEFAULT_RELEASE.smokeImage),
    keep: z.number(),
  })
  .default(DEFAULT_RELEASE);

const secretSettingSchema = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('generated') }),
  z.strictObject({ source: z.literal('environment'), variable: z.string() }),
  z.strictObject({ source: z.literal('vault'), name: z.string() }),
  z.strictObject({ source: z.literal('literal'), path: z.string() }),
  z.strictObject({ source: z.literal('reference'), text: z.string() }),
]);

const networkRulesSchema = z.strictObject({
  defaultAction: z.enum(['Allow', 'Deny']).exactOptional(),
  ipRules: z.array(z.string()).readonly().exactOptional(),
  bypass: z.enum(['AzureServices', 'None']).exactOptional(),
});

const postgresqlChoices = {
  highAvailability: z.enum(['Disabled', 'SameZone', 'ZoneRedundant']).exactOptional(),
  zone: z.string().exactOptional(),
  standbyZone: z.string().exactOptional(),
  backupRetentionDays: z.number().exactOptional(),
  geoRedundantBackup: z.boolean().exactOptional(),
  maintenanceWindow: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('system') }),
      z.strictObject({ kind: z.literal('custom'), day: z.enum(WEEKDAYS), hour: z.number(), minute: z.number() }),
    ])
    .exactOptional(),
  publicAccess: z.boolean().exactOptional(),
  firewallRules: z.record(z.string(), z.strictObject({ start: z.string(), end: z.string() })).exactOptional(),
  entraAuthentication: z.boolean().exactOptional(),
  databases: z.array(z.string()).readonly().exactOptional(),
  extensions: z.array(z.string()).readonly().exactOptional(),
};

const storageSchema = z.strictObject({
  account: z.string(),
  sku: z.enum(STORAGE_SKUS),
  containers: z.array(z.string()).readonly(),
  queues: z.array(z.string()).readonly(),
  shares: z.record(z.string(), z.strictObject({ quotaInGb: z.number(), protocol: z.enum(['smb', 'nfs']) })),
});

const texts = <const Name extends string>(...names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.string()])) as Record<Name, z.ZodString>);

/**
 * The normalized configuration as it is stored with a run: what `DeploymentConfig` describes, in every form that a version of
 * this program has written. What a form lacks gets the value that the configuration of then has today.
 */
export const storedConfigSchema = z.strictObject({
  azure: z.strictObject({
    subscriptionId: z.string().exactOptional(),
    resourceGroup: z.string(),
    location: z.string(),
    projectName: z.string(),
  }),
  locations: texts(
    'resourceGroup',
    'monitoring',
    'containerRegistry',
    'keyVault',
    'postgresql',
    'redis',
    'containerApps',
  ).extend({ storage: z.string().exactOptional() }),
  tags: z.record(z.string(), z.string()),
  monitoring: texts('logWorkspace', 'appInsights'),
  containerRegistry: z.strictObject({
    name: z.string(),
    sku: z.enum(['Basic', 'Standard', 'Premium']),
    networkRules: networkRulesSchema.exactOptional(),
  }),
  keyVault: z.strictObject({ name: z.string(), networkRules: networkRulesSchema.exactOptional() }),
  postgresql: z.strictObject({
    serverName: z.string(),
    databaseName: z.string(),
    adminUser: z.string(),
    sku: z.string(),
    postgresSku: z.string().exactOptional(),
    tier: z.enum(['Burstable', 'GeneralPurpose', 'MemoryOptimized']),
    version: z.string(),
    storageSizeInGb: z.number(),
    ...postgresqlChoices,
  }),
  redis: z.strictObject({
    name: z.string(),
    sku: z.enum(['Basic', 'Standard', 'Premium']),
    vmSize: z.string(),
    kind: z.enum(['auto', 'classic', 'managed']),
    publicAccess: z.boolean().exactOptional(),
  }),
  containerApps: texts('environmentName').extend({
    subnet: z.string().exactOptional(),
    isLeftOut: z.literal(true).exactOptional(),
  }),
  storage: storageSchema.exactOptional(),
  services: z.strictObject({ infrastructure: z.array(serviceSchema), application: z.array(serviceSchema) }),
  jobs: z.array(jobSchema).readonly().exactOptional(),
  secrets: z.record(z.string(), secretSettingSchema),
  docker: z.strictObject({
    registry: z.strictObject({ server: z.string(), username: z.string().exactOptional() }).exactOptional(),
    source: z.string().exactOptional(),
    buildContext: z.string(),
    platform: z.strictObject({ os: z.literal('Linux'), architecture: z.literal('amd64') }),
    builder: z.literal('local').exactOptional(),
  }),
  registries: z
    .record(
      z.string(),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('password'), username: z.string(), secret: z.string() }),
        z.strictObject({ kind: z.literal('identity'), registryId: z.string().exactOptional() }),
      ]),
    )
    .exactOptional(),
  release: releaseSchema,
  cost: costSchema.exactOptional(),
  notifications: z.record(z.string(), storedNotificationSchema).exactOptional(),
  drift: z.strictObject({ schedule: z.string(), repair: z.boolean() }).exactOptional(),
  acknowledge: z.array(z.string()).readonly().exactOptional(),
  networking: z.strictObject({ corsOrigin: z.string(), swaggerEnabled: z.boolean(), swaggerPath: z.string() }),
  deployment: z.strictObject({
    skipBuild: z.boolean(),
    skipMigrations: z.boolean(),
    dryRun: z.boolean(),
    autoApprove: z.boolean().exactOptional(),
    verbose: z.boolean(),
    resume: z.boolean(),
  }),
  advanced: z.strictObject({
    retryAttempts: z.number(),
    retryDelayInSeconds: z.number(),
    operationTimeoutInSeconds: z.number(),
    domainTimeoutInSeconds: z.number().exactOptional(),
    cleanupOnFailure: z.boolean(),
    stateStorage: z.enum(['local', 'blob']),
    stateFile: z.string(),
    stateBlob: z.strictObject({ account: z.string().exactOptional(), container: z.string(), name: z.string() }),
  }),
  preserve: z.array(z.string()).readonly().exactOptional(),
  resources: z.record(z.string(), storedResourceSchema).exactOptional(),
  templates: z.record(z.string(), storedTemplateSchema).exactOptional(),
  unasked: z
    .partialRecord(z.enum(SECTIONS), z.enum(['absent', 'let_go']))
    .readonly()
    .exactOptional(),
  naming: z
    .strictObject({
      environment: z.string(),
      resources: z.array(z.string()).readonly(),
      from: z.string().exactOptional(),
    })
    .exactOptional(),
  written: z.array(z.string()).readonly().exactOptional(),
}) satisfies z.ZodType<DeploymentConfig>;
