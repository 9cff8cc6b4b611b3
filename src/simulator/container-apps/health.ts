import { type ImageBehaviour, listeningPorts } from '../registry/image.ts';
import type { Sickness } from '../sickness.ts';
import type { Container, Ingress } from './model.ts';

/** A container of a revision with what its image does. */
export interface RunningContainer {
  readonly container: Container;
  readonly behaviour: ImageBehaviour;
}

/** What a container that was made sick suffers from; undefined when it does not keep its revision from being healthy. */
export function sicknessProblem(
  sickness: Sickness,
  containers: readonly Container[],
  ingress: Ingress | undefined,
): string | undefined {
  const name = containers[0]?.name ?? '';
  switch (sickness) {
    case 'probes':
      return `Container '${name}' was terminated with exit code '1' and reason 'ProbeFailure'.`;
    case 'crash':
      return `Container '${name}' was terminated with exit code '1' and reason 'ProcessExited'.`;
    case 'never-ready':
      return `Deployment Progress Deadline Exceeded. 0/1 replicas ready.`;
    case 'http-500': {
      const probe = containers.flatMap(({ probes }) => probes ?? []).find(({ httpGet }) => httpGet);
      return probe && `Probe of ${probe.type} failed with status code: 500: GET ${probe.httpGet?.path ?? '/'}`;
    }
    case 'not-listening': {
      const [probe] = containers.flatMap(({ probes }) => probes ?? []);
      const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? ingress?.targetPort;
      return port
        ? `Probe of ${probe?.type ?? 'StartUp'} failed with status code: 1: connection refused on port ${port}; container '${name}' was terminated with exit code '137' and reason 'ProbeFailure' after 3 failed probes.`
        : undefined;
    }
    case 'errors':
      return undefined;
  }
}

/**
 * Why a revision never becomes healthy, in the words of Container Apps; undefined when it does.
 * The target port must be one a container listens on, and each probe must find a listening port and a served path.
 */
export function healthProblem(running: readonly RunningContainer[], ingress: Ingress | undefined): string | undefined {
  return (
    targetPortProblem(running, ingress?.targetPort) ??
    running.map(probeProblem).find((problem) => problem !== undefined)
  );
}

function targetPortProblem(running: readonly RunningContainer[], targetPort: number | undefined): string | undefined {
  if (!targetPort) return undefined;
  const ports = running.map(portsOf);
  // One container without known ports may be the one that listens there.
  if (ports.some((known) => known.length === 0 || known.includes(targetPort))) return undefined;
  const listening = ports.flat();
  return listening.length === 1
    ? `The TargetPort ${targetPort} does not match the listening port ${listening[0]}.`
    : `The TargetPort ${targetPort} does not match any of the listening ports: [${listening.join(' ')}].`;
}

function probeProblem(running: RunningContainer): string | undefined {
  const ports = portsOf(running);
  for (const { type, httpGet, tcpSocket } of running.container.probes ?? []) {
    const port = httpGet?.port ?? tcpSocket?.port ?? 0;
    if (ports.length > 0 && !ports.includes(port)) {
      return `Probe of ${type} failed with status code: 1: connection refused on port ${port}`;
    }
    if (httpGet && !serves(running.behaviour, httpGet.path ?? '/')) {
      return `Probe of ${type} failed with status code: 404: GET ${httpGet.path ?? '/'}`;
    }
  }
  return undefined;
}

export function serves(behaviour: ImageBehaviour, path: string): boolean {
  return behaviour.healthPaths === null || behaviour.healthPaths.includes(path.replace(/\?.*$/, ''));
}

function portsOf({ container, behaviour }: RunningContainer): readonly number[] {
  const plain = (container.env ?? []).flatMap(({ name, value }) =>
    name && value !== undefined ? [[name, value] as const] : [],
  );
  return listeningPorts(behaviour, new Map(plain));
}
