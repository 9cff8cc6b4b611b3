import type { Refusal } from '../../refusal.ts';
import { invalidField, type Probe, refusal } from '../model.ts';

/**
 * 30 are in the words of the refusal (https://github.com/microsoft/azure-container-apps/issues/1100); that a readiness probe may
 * have 48 and a startup probe 240 was found since (https://github.com/hashicorp/terraform-provider-azurerm/pull/31989).
 */
const MOST_FAILURES = { Liveness: 30, Readiness: 48, Startup: 240 } as const;

/** Minimum and maximum: https://learn.microsoft.com/javascript/api/@azure/arm-appcontainers/containerappprobe */
const RANGES = {
  initialDelaySeconds: [0, 60],
  periodSeconds: [1, 240],
  timeoutSeconds: [1, 240],
  successThreshold: [1, 10],
} as const;

/** One probe of each type, over http or tcp: https://learn.microsoft.com/azure/container-apps/health-probes#restrictions */
export function probesProblem(container: string, probes: readonly Probe[]): Refusal | undefined {
  const field = `template.containers.${container}.probes`;
  for (const probe of probes) {
    const { type, httpGet, tcpSocket } = probe;
    if (probes.filter((other) => other.type === type).length > 1)
      return invalidField(field, `More than one ${type} probe`);
    if (!httpGet === !tcpSocket) return invalidField(field, `${type}: exactly one of httpGet and tcpSocket is needed`);
    const port = httpGet?.port ?? tcpSocket?.port ?? 0;
    if (port < 1 || port > 65535) return invalidField(field, `${type}: port ${port} is out of range`);
    if (httpGet?.path !== undefined && !httpGet.path.startsWith('/')) {
      return invalidField(field, `${type}: path '${httpGet.path}' must start with '/'`);
    }
    const problem = numbersProblem(container, field, probe);
    if (problem) return problem;
  }
  return undefined;
}

function numbersProblem(container: string, field: string, probe: Probe): Refusal | undefined {
  const { type = 'Liveness', failureThreshold = 3, successThreshold = 1 } = probe;
  const most = MOST_FAILURES[type];
  if (failureThreshold < 1 || failureThreshold > most) {
    return refusal(
      'ContainerAppProbeFailureThresholdOutOfRange',
      `Container '${container}' '${type}' probe's FailureThreshold must be in the range of ['1', '${most}'].`,
    );
  }
  for (const [name, [least, largest]] of Object.entries(RANGES)) {
    const value = probe[name as keyof typeof RANGES];
    if (value !== undefined && (value < least || value > largest))
      return invalidField(field, `${type}: ${name} ${value} must be in the range of ['${least}', '${largest}']`);
  }
  // "Must be 1 for liveness and startup": https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
  if (type !== 'Readiness' && successThreshold !== 1) {
    return invalidField(field, `${type}: successThreshold ${successThreshold} must be 1`);
  }
  return undefined;
}
