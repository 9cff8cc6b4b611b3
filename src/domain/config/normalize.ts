import { composedNames } from '../sections/composed-secrets.ts';
import { isDraftGenie } from './defaults.ts';
import type { DeploymentConfig, Locations, SecretSetting } from './model.ts';
import { asked, given } from './normalize/given.ts';
import { normalizeCost } from './normalize/normalize-cost.ts';
import { normalizeNetworkRules, normalizePostgresql, normalizeStorage } from './normalize/normalize-data.ts';
import { normalizeDrift } from './normalize/normalize-drift.ts';
import { normalizeGeneric } from './normalize/normalize-generic.ts';
import { normalizeJobs } from './normalize/normalize-job.ts';
import { normalizeNotifications } from './normalize/normalize-notifications.ts';
import { normalizeRegistries, registryPasswords } from './normalize/normalize-registries.ts';
import { normalizeService } from './normalize/normalize-service.ts';
import { normalizeUnasked } from './normalize/normalize-unasked.ts';
import { DEFAULT_RELEASE } from './release-defaults.ts';
import type { RawConfig } from './schema.ts';
import { MADE_UP, type SecretEntry, SecretName, secretSetting, vaultName } from './secrets.ts';

/** Fills every default in; the result holds no secret value. */
export function normalize(raw: RawConfig): DeploymentConfig {
  const location = given(raw.locations?.default) ?? given(raw.azure.location) ?? '';
  const projectName = given(raw.azure.project_name) ?? 'draftgenie';
  const networking = {
    corsOrigin: given(raw.networking?.cors_origin) ?? '*',
    swaggerEnabled: raw.networking?.swagger_enabled ?? true,
    swaggerPath: (given(raw.networking?.swagger_path) ?? 'api/docs').replace(/^\/+/, ''),
  };
  const hasMongodb = given(raw.mongodb?.connection_url) !== undefined;
  const services = Object.entries(raw.services).map(([key, service]) =>
    normalizeService(key, service, raw.docker, isDraftGenie(raw) ? { ...networking, hasMongodb } : undefined),
  );
  const [monitoring, registry, redis] = [
    asked(raw.monitoring),
    asked(raw.container_registry),
    asked(raw.redis),
  ] as const;
  const subscriptionId = given(raw.azure.subscription_id);
  const foreignRegistry = given(raw.docker?.registry);
  const source = given(raw.docker?.source);
  const username = given(raw.docker?.registry_username);
  const containerApps = asked(raw.container_apps);
  const subnet = given(containerApps?.subnet);
  const account = given(raw.advanced?.state_blob_account);
  return {
    azure: {
      ...(subscriptionId !== undefined && { subscriptionId }),
      resourceGroup: given(raw.azure.resource_group) ?? '',
      location,
      projectName,
    },
    locations: normalizeLocations(raw, location),
    tags: Object.fromEntries(
      Object.entries(raw.tags ?? {}).flatMap(([name, value]) =>
        given(value) === undefined ? [] : [[name, String(value)]],
      ),
    ),
    monitoring: {
      logWorkspace: given(monitoring?.log_workspace) ?? `${projectName}-logs`,
      appInsights: given(monitoring?.app_insights) ?? `${projectName}-insights`,
    },
    containerRegistry: {
      name: given(registry?.name) ?? '',
      sku: registry?.sku ?? 'Basic',
      ...normalizeNetworkRules(registry?.network_rules),
    },
    keyVault: { name: given(raw.key_vault.name) ?? '', ...normalizeNetworkRules(raw.key_vault.network_rules) },
    postgresql: normalizePostgresql(asked(raw.postgresql) ?? {}, projectName),
    redis: {
      name: given(redis?.name) ?? `${projectName}-redis`,
      sku: redis?.sku ?? 'Basic',
      vmSize: (given(redis?.vm_size) ?? 'c0').toLowerCase(),
      kind: redis?.kind ?? 'auto',
      ...(redis?.public_access != null && { publicAccess: redis.public_access }),
    },
    containerApps: {
      environmentName: given(containerApps?.environment_name) ?? `${projectName}-env`,
      ...(subnet !== undefined && { subnet }),
      ...(raw.container_apps === false && { isLeftOut: true as const }),
    },
    ...normalizeStorage(asked(raw.storage)),
    services: {
      infrastructure: services.filter(({ kind }) => kind === 'infrastructure'),
      application: services.filter(({ kind }) => kind === 'application'),
    },
    ...normalizeJobs(raw),
    secrets: normalizeSecrets(raw),
    docker: {
      ...(foreignRegistry !== undefined && {
        registry: { server: foreignRegistry, ...(username !== undefined && { username }) },
      }),
      ...(source !== undefined && { source }),
      buildContext: given(raw.docker?.build_context) ?? '.',
      platform: { os: 'Linux', architecture: 'amd64' },
      ...(raw.docker?.builder === 'local' && { builder: 'local' as const }),
    },
    ...normalizeRegistries(raw),
    release: {
      strategy: raw.release?.strategy ?? DEFAULT_RELEASE.strategy,
      steps: raw.release?.steps ?? DEFAULT_RELEASE.steps,
      bakeTimeInSeconds: raw.release?.bake_time ?? DEFAULT_RELEASE.bakeTimeInSeconds,
      healthTimeoutInSeconds: raw.release?.health_timeout ?? DEFAULT_RELEASE.healthTimeoutInSeconds,
      onFailure: raw.release?.on_failure ?? DEFAULT_RELEASE.onFailure,
      smokeImage: given(raw.release?.smoke_image) ?? DEFAULT_RELEASE.smokeImage,
      keep: raw.release?.keep ?? DEFAULT_RELEASE.keep,
    },
    ...normalizeCost(raw),
    ...normalizeNotifications(raw),
    ...normalizeDrift(raw),
    ...(raw.acknowledge && raw.acknowledge.length > 0 && { acknowledge: [...new Set(raw.acknowledge)].sort() }),
    networking,
    deployment: {
      skipBuild: raw.deployment?.skip_build ?? false,
      skipMigrations: raw.deployment?.skip_migrations ?? false,
      dryRun: raw.deployment?.dry_run ?? false,
      ...(typeof raw.deployment?.auto_approve === 'boolean' && { autoApprove: raw.deployment.auto_approve }),
      verbose: raw.deployment?.verbose ?? false,
      resume: raw.deployment?.resume ?? false,
    },
    advanced: {
      retryAttempts: raw.advanced?.retry_attempts ?? 3,
      retryDelayInSeconds: raw.advanced?.retry_delay ?? 5,
      operationTimeoutInSeconds: raw.advanced?.operation_timeout ?? 600,
      ...(raw.advanced?.domain_timeout != null && { domainTimeoutInSeconds: raw.advanced.domain_timeout }),
      cleanupOnFailure: raw.advanced?.cleanup_on_failure ?? false,
      stateStorage: raw.advanced?.state_storage ?? 'local',
      stateFile: given(raw.advanced?.state_file) ?? '.azure-deployment-state-v1.json',
      stateBlob: {
        ...(account !== undefined && { account }),
        container: given(raw.advanced?.state_blob_container) ?? 'deployment-state',
        name: given(raw.advanced?.state_blob_name) ?? 'azure-deployment-state.json',
      },
    },
    unasked: normalizeUnasked(raw),
    ...normalizeGeneric(raw.resources, location),
    ...(raw.preserve && raw.preserve.length > 0 && { preserve: raw.preserve }),
  };
}

function normalizeLocations({ locations }: RawConfig, fallback: string): Locations {
  const storage = given(locations?.storage);
  return {
    resourceGroup: given(locations?.resource_group) ?? fallback,
    monitoring:
      given(locations?.monitoring) ?? given(locations?.log_analytics) ?? given(locations?.app_insights) ?? fallback,
    containerRegistry: given(locations?.container_registry) ?? fallback,
    keyVault: given(locations?.key_vault) ?? fallback,
    postgresql: given(locations?.postgresql) ?? given(locations?.postgres_server) ?? fallback,
    redis: given(locations?.redis) ?? fallback,
    containerApps: given(locations?.container_apps) ?? fallback,
    ...(storage !== undefined && { storage }),
  };
}

/** Every secret key of the configuration. */
export function secretEntries(raw: RawConfig): readonly SecretEntry[] {
  const known = namesWithMeaning(raw);
  return [
    ...Object.entries(raw.secrets ?? {}).map(([key, value]) => {
      const name = vaultName(key);
      return { name, place: ['secrets', key], value, isGenerated: !known.includes(name) };
    }),
    {
      name: SecretName.postgresPassword,
      place: ['postgresql', 'admin_password'],
      value: asked(raw.postgresql)?.admin_password,
    },
    { name: SecretName.mongodbUrl, place: ['mongodb', 'connection_url'], value: raw.mongodb?.connection_url },
    { name: SecretName.registryPassword, place: ['docker', 'registry_password'], value: raw.docker?.registry_password },
    ...registryPasswords(raw),
  ];
}

/** Secrets of which an empty text says what no text says: they are made anyway, composed, or have to be given. */
function namesWithMeaning(raw: RawConfig): readonly string[] {
  const databases = asked(raw.postgresql)?.databases ?? [];
  const composed = composedNames({ postgresql: { databases } }).map(({ name }) => name);
  return [...Object.values(SecretName), ...composed];
}

function normalizeSecrets(raw: RawConfig): Record<string, SecretSetting> {
  const secrets: Record<string, SecretSetting> = {
    ...Object.fromEntries(MADE_UP.map((name) => [name, { source: 'generated' }])),
  };
  for (const entry of secretEntries(raw)) {
    const setting = secretSetting(entry);
    if (setting?.source === 'generated') secrets[entry.name] ??= setting;
    else if (setting) secrets[entry.name] = setting;
  }
  return secrets;
}
