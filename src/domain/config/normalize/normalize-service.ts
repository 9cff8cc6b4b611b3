import { type DefaultsInput, serviceDefaults } from '../defaults.ts';
import type { EnvValue, ProbeConfig, ServiceConfig, SmokeRequest } from '../model.ts';
import type { RawEnvValue, RawProbe, RawService } from '../schema/service-schema.ts';
import type { RawConfig } from '../schema.ts';
import { vaultName } from '../secrets.ts';
import { given } from './given.ts';

/** One service with the defaults of its key, and what the configuration says merged over them. */
export function normalizeService(
  key: string,
  raw: RawService,
  docker: RawConfig['docker'],
  input: Omit<DefaultsInput, 'port'>,
): ServiceConfig {
  const dockerfile = given(raw.dockerfile) ?? given(ownValue(docker?.dockerfiles, key));
  const image = given(raw.image);
  const defaults = serviceDefaults(key, { ...input, port: raw.port });
  const healthPath = raw.health_path === false ? undefined : (given(raw.health_path) ?? defaults.healthPath);
  const migration = normalizeMigration(raw, defaults.migration);
  const probes = raw.probes && {
    ...(raw.probes.startup && { startup: normalizeProbe(raw.probes.startup) }),
    ...(raw.probes.readiness && { readiness: normalizeProbe(raw.probes.readiness) }),
    ...(raw.probes.liveness && { liveness: normalizeProbe(raw.probes.liveness) }),
  };
  const minReplicas = raw.min_replicas ?? 1;
  return {
    key,
    name: given(raw.name) ?? key.replaceAll('_', '-'),
    kind: dockerfile !== undefined ? 'application' : 'infrastructure',
    ...(image !== undefined && { image }),
    ...(dockerfile !== undefined && { dockerfile }),
    port: raw.port,
    cpu: raw.cpu ?? 0.5,
    memory: given(raw.memory) ?? '1Gi',
    minReplicas,
    maxReplicas: raw.max_replicas ?? Math.max(minReplicas, 1),
    ingress: raw.ingress ?? 'internal',
    transport: raw.transport ?? defaults.transport ?? 'http',
    env: mergeEnv(defaults.env, raw.env ?? {}),
    ...(healthPath !== undefined && { healthPath }),
    ...(migration && { migration }),
    ...(probes && { probes }),
    consumer: raw.consumer ?? false,
    ...(raw.smoke && raw.smoke.length > 0 && { smoke: raw.smoke.map(normalizeSmoke) }),
  };
}

/** Own properties only: a service may be called `constructor`. */
function ownValue<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

function mergeEnv(
  defaults: Readonly<Record<string, EnvValue>>,
  own: Readonly<Record<string, RawEnvValue>>,
): Record<string, EnvValue> {
  const merged: Record<string, EnvValue> = { ...defaults };
  for (const [name, value] of Object.entries(own)) {
    if (value === null) delete merged[name];
    else merged[name] = normalizeEnv(value);
  }
  return merged;
}

function normalizeEnv(value: Exclude<RawEnvValue, null>): EnvValue {
  if (typeof value !== 'object') return { kind: 'plain', value: String(value) };
  if ('secret' in value) return { kind: 'secret', name: vaultName(value.secret) };
  return { kind: 'service', key: value.service, ...(value.format !== undefined && { format: value.format }) };
}

function normalizeMigration(
  { migration }: RawService,
  fallback: { readonly command: readonly string[]; readonly requires: readonly string[] } | undefined,
): ServiceConfig['migration'] {
  if (migration === false) return undefined;
  if (!migration) return fallback && { ...fallback, isDefault: true };
  const command = typeof migration.command === 'string' ? ['/bin/sh', '-c', migration.command] : migration.command;
  return { command, requires: [], isDefault: false };
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

function normalizeProbe(raw: RawProbe): ProbeConfig {
  const path = given(raw.path);
  return {
    ...(path !== undefined && { path }),
    ...(raw.port != null && { port: raw.port }),
    ...(raw.initial_delay != null && { initialDelayInSeconds: raw.initial_delay }),
    ...(raw.period != null && { periodInSeconds: raw.period }),
    ...(raw.timeout != null && { timeoutInSeconds: raw.timeout }),
    ...(raw.failure_threshold != null && { failureThreshold: raw.failure_threshold }),
  };
}
