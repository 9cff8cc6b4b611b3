import { type DefaultsInput, type ServiceDefaults, serviceDefaults } from '../defaults.ts';
import type { ServiceConfig, SmokeRequest } from '../model.ts';
import type { RawService } from '../schema/service-schema.ts';
import type { RawConfig } from '../schema.ts';
import { given, ownValue } from './given.ts';
import { normalizeBuild } from './normalize-build.ts';
import {
  commandLine,
  normalizeContainer,
  normalizeInit,
  normalizeProbes,
  normalizeSidecars,
  normalizeVolumes,
} from './normalize-containers.ts';
import { normalizeIngress } from './normalize-ingress.ts';
import { normalizeScale } from './normalize-scale.ts';

const CPU = 0.5;

const NO_DEFAULTS: ServiceDefaults = { env: {} };

/**
 * One service with the defaults of its key, and what the configuration says merged over them.
 *
 * @param input undefined: the application is not DraftGenie, whose keys mean nothing then
 */
export function normalizeService(
  key: string,
  raw: RawService,
  docker: RawConfig['docker'],
  input: Omit<DefaultsInput, 'port'> | undefined,
): ServiceConfig {
  const build = normalizeBuild(raw.build);
  const dockerfile = given(raw.dockerfile) ?? given(ownValue(docker?.dockerfiles, key)) ?? build?.dockerfile;
  const image = given(raw.image);
  const port = raw.port ?? undefined;
  const original = input ? serviceDefaults(key, { ...input, port: port ?? 0 }) : NO_DEFAULTS;
  const defaults = port === undefined ? withoutPort(original) : original;
  const healthPath = raw.health_path === false ? undefined : (given(raw.health_path) ?? defaults.healthPath);
  const migration = normalizeMigration(raw, defaults.migration);
  const probes = normalizeProbes(raw.probes);
  const container = normalizeContainer(raw, CPU, defaults.env);
  const init = normalizeInit(raw.init, container.cpu);
  const sidecars = normalizeSidecars(raw.sidecars);
  const volumes = normalizeVolumes(raw.volumes);
  const scale = normalizeScale(raw.scale);
  const minReplicas = raw.min_replicas ?? 1;
  return {
    key,
    name: given(raw.name) ?? key.replaceAll('_', '-'),
    kind: raw.role ?? (dockerfile !== undefined ? 'application' : 'infrastructure'),
    ...(image !== undefined && { image }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(build?.settings && { build: build.settings }),
    ...(port !== undefined && { port }),
    ...container,
    minReplicas,
    maxReplicas: raw.max_replicas ?? Math.max(minReplicas, 1),
    ...(scale && { scale }),
    ingress: raw.ingress ?? (port === undefined ? 'none' : 'internal'),
    transport: raw.transport ?? defaults.transport ?? 'http',
    ...normalizeIngress(raw),
    ...(healthPath !== undefined && { healthPath }),
    ...(migration && { migration }),
    ...(probes !== undefined && { probes }),
    ...(init.length > 0 && { init }),
    ...(sidecars.length > 0 && { sidecars }),
    ...(Object.keys(volumes).length > 0 && { volumes }),
    ...(raw.termination_grace != null && { terminationGraceInSeconds: raw.termination_grace }),
    ...(raw.depends_on && raw.depends_on.length > 0 && { dependsOn: raw.depends_on }),
    consumer: raw.consumer ?? false,
    ...(raw.smoke && raw.smoke.length > 0 && { smoke: raw.smoke.map(normalizeSmoke) }),
  };
}

/** What the original's services say of their port. */
function withoutPort({ healthPath: _, env: { PORT: __, ...env }, ...defaults }: ServiceDefaults): ServiceDefaults {
  return { ...defaults, env };
}

function normalizeMigration(
  { migration }: RawService,
  fallback: { readonly command: readonly string[]; readonly requires: readonly string[] } | undefined,
): ServiceConfig['migration'] {
  if (migration === false) return undefined;
  if (!migration) return fallback && { ...fallback, isDefault: true };
  return { command: commandLine(migration.command), requires: [], isDefault: false };
}

function normalizeSmoke(raw: NonNullable<RawService['smoke']>[number]): SmokeRequest {
  const contains = given(raw.contains);
  return {
    path: raw.path,
    method: raw.method ?? 'GET',
    ...(raw.status != null && { status: raw.status }),
    ...(contains !== undefined && { contains }),
  };
}
