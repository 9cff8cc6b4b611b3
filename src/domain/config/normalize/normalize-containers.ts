import { mayRefer } from '../../references/reference-text.ts';
import type { RawContainer, RawProbe, RawProbes, RawSideContainer, RawVolumes } from '../schema/container-schema.ts';
import type { RawEnvValue } from '../schema/service-schema.ts';
import { vaultName } from '../secrets.ts';
import {
  type ContainerSettings,
  type EnvValue,
  memoryInGi,
  PROBE_TYPES,
  type ProbeConfig,
  type ServiceProbes,
  type SideContainer,
  type VolumeConfig,
} from '../service/service-containers.ts';
import { given } from './given.ts';

const SIDECAR_CPU = 0.25;

/** @param fallback cpu where neither cpu nor memory is given */
export function normalizeContainer(raw: RawContainer, fallback: number, env: Readonly<Record<string, EnvValue>> = {}) {
  const mounts = raw.mounts ?? {};
  return {
    ...normalizeSize(raw, fallback),
    ...normalizeCommand(raw),
    env: mergeEnv(env, raw.env ?? {}),
    ...(Object.keys(mounts).length > 0 && { mounts }),
  };
}

/** Consumption has one memory for each cpu, so either says the other: https://learn.microsoft.com/azure/container-apps/containers */
function normalizeSize(raw: RawContainer, fallback: number): Pick<ContainerSettings, 'cpu' | 'memory'> {
  const memory = given(raw.memory);
  const size = memoryInGi(memory ?? '');
  const cpu = raw.cpu ?? (Number.isNaN(size) ? fallback : size / 2);
  // `1.0Gi` is `1Gi`; what cannot be read is told with its place.
  if (Number.isNaN(size)) return { cpu, memory: memory ?? `${cpu * 2}Gi` };
  return { cpu, memory: `${size}Gi` };
}

function normalizeCommand({ command, args }: RawContainer): Pick<ContainerSettings, 'command' | 'args'> {
  return {
    ...(command != null && command !== '' && { command: commandLine(command) }),
    ...(args && { args }),
  };
}

/** A text is what a shell is given. */
export function commandLine(command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
}

export function normalizeSidecars(raw: readonly RawSideContainer[] | null | undefined): readonly SideContainer[] {
  return (raw ?? []).map((one) => {
    const probes = normalizeProbes(one.probes);
    return { ...sideContainer(one, SIDECAR_CPU), ...(probes !== undefined && { probes }) };
  });
}

/** One that says nothing of its size may use what the service has: it is gone when that starts. */
export function normalizeInit(
  raw: readonly Omit<RawSideContainer, 'probes'>[] | null | undefined,
  cpu: number,
): readonly SideContainer[] {
  return (raw ?? []).map((one) => sideContainer(one, cpu));
}

function sideContainer(raw: Omit<RawSideContainer, 'probes'>, cpu: number): SideContainer {
  const image = given(raw.image);
  return { name: raw.name, ...(image !== undefined && { image }), ...normalizeContainer(raw, cpu) };
}

export function normalizeVolumes(raw: RawVolumes): Readonly<Record<string, VolumeConfig>> {
  const volumes = Object.entries(raw ?? {}).map(([name, volume]): [string, VolumeConfig] => {
    const files = Object.entries(volume?.secrets ?? {}).map(([file, secret]) => [file, vaultName(secret)]);
    return [name, { ...(volume?.secrets && { secrets: Object.fromEntries(files) }), ...normalizeShare(volume) }];
  });
  return Object.fromEntries(volumes);
}

function normalizeShare(raw: NonNullable<RawVolumes>[string] | undefined): VolumeConfig {
  const [share, mountOptions] = [given(raw?.share), given(raw?.mount_options)];
  return {
    ...(share !== undefined && { share }),
    ...(raw?.read_only != null && { readOnly: raw.read_only }),
    ...(mountOptions !== undefined && { mountOptions }),
  };
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
  if (typeof value !== 'object') return normalizeText(String(value));
  if ('secret' in value) return { kind: 'secret', name: vaultName(value.secret) };
  return { kind: 'service', key: value.service, ...(value.format !== undefined && { format: value.format }) };
}

function normalizeText(text: string): EnvValue {
  return mayRefer(text) ? { kind: 'reference', text } : { kind: 'plain', value: text };
}

export function normalizeProbes(raw: RawProbes): ServiceProbes | undefined {
  if (raw === false) return false;
  if (!raw) return undefined;
  const said = PROBE_TYPES.flatMap((type): readonly (readonly [string, ProbeConfig | false])[] => {
    const probe = raw[type];
    if (!probe) return probe === false ? [[type, false]] : [];
    return [[type, normalizeProbe(probe)]];
  });
  return Object.fromEntries(said);
}

function normalizeProbe(raw: RawProbe): ProbeConfig {
  const path = given(raw.path);
  return {
    ...(raw.kind && { kind: raw.kind }),
    ...(path !== undefined && { path }),
    ...(raw.port != null && { port: raw.port }),
    ...(raw.scheme && { scheme: raw.scheme }),
    ...(raw.headers && { headers: raw.headers }),
    ...(raw.initial_delay != null && { initialDelayInSeconds: raw.initial_delay }),
    ...(raw.period != null && { periodInSeconds: raw.period }),
    ...(raw.timeout != null && { timeoutInSeconds: raw.timeout }),
    ...(raw.failure_threshold != null && { failureThreshold: raw.failure_threshold }),
    ...(raw.success_threshold != null && { successThreshold: raw.success_threshold }),
  };
}
