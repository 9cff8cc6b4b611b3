import type { ServiceConfig } from '../../domain/config/model.ts';
import {
  PROBE_TYPES,
  type ProbeConfig,
  type ProbeType,
  type ServiceProbes,
  type SideContainer,
} from '../../domain/config/service/service-containers.ts';
import type { JsonObject } from '../../shared/json.ts';

const TYPES = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

/** What holds where the configuration says no more. */
const USUAL: Readonly<Record<ProbeType, ProbeConfig>> = {
  startup: { periodInSeconds: 5, failureThreshold: 30 },
  liveness: { periodInSeconds: 10 },
  readiness: { periodInSeconds: 10 },
};

/**
 * All three on the health path, or a TCP check where there is none, unless they are switched off. A worker has those that are given:
 * what listens nowhere would be killed by any other.
 */
export function serviceProbes({ port, transport, healthPath, probes }: ServiceConfig): JsonObject[] {
  const usual: ServiceProbes = port === undefined ? {} : { startup: {}, liveness: {}, readiness: {} };
  return bodies(probes === false ? false : { ...usual, ...probes }, {
    ...(port !== undefined && { port }),
    ...(healthPath !== undefined && transport !== 'tcp' && { path: healthPath }),
    // Paths of a tcp service are for those who say that they mean http.
    ...(transport === 'tcp' && { kind: 'tcp' }),
  });
}

/** Those that are given. */
export function sidecarProbes({ probes = {} }: SideContainer): JsonObject[] {
  return bodies(probes, {});
}

function bodies(probes: ServiceProbes, target: ProbeConfig): JsonObject[] {
  if (probes === false) return [];
  return PROBE_TYPES.flatMap((type) => {
    const given = probes[type];
    return given ? [body(TYPES[type], { ...target, ...USUAL[type], ...given })] : [];
  });
}

function body(type: string, probe: ProbeConfig): JsonObject {
  return {
    type,
    ...check(probe),
    ...optional({
      initialDelaySeconds: probe.initialDelayInSeconds,
      periodSeconds: probe.periodInSeconds,
      timeoutSeconds: probe.timeoutInSeconds,
      failureThreshold: probe.failureThreshold,
      successThreshold: probe.successThreshold,
    }),
  };
}

function check({
  path,
  kind = path === undefined ? 'tcp' : 'http',
  port = 0,
  scheme,
  headers,
}: ProbeConfig): JsonObject {
  if (kind === 'tcp') return { tcpSocket: { port } };
  return {
    httpGet: {
      ...{ path: path ?? '/', port },
      ...(scheme && { scheme: scheme.toUpperCase() }),
      ...(headers && { httpHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })) }),
    },
  };
}

function optional(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
