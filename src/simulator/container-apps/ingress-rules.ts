import { isIPv4 } from 'node:net';
import type { Refusal } from '../refusal.ts';
import {
  type Configuration,
  type Ingress,
  invalidField,
  type ManagedEnvironment,
  refusal,
  type TrafficWeight,
  type Workload,
} from './model.ts';

/** Ports of the http apps of the environment. */
const HTTP_PORTS = [80, 443];
const MOST_ADDITIONAL_PORTS = 5;

/** The first thing wrong with how an app is reached. `revisions` are the names that exist already. */
export function ingressProblem(
  name: string,
  app: Workload,
  environment: ManagedEnvironment | undefined,
  revisions: readonly string[],
): Refusal | undefined {
  const configuration = app.properties?.configuration;
  const ingress = configuration?.ingress;
  if (!ingress) return undefined;
  const suffix = app.properties?.template?.revisionSuffix;
  return (
    mainPortProblem(ingress, environment) ??
    additionalPortProblem(ingress, environment) ??
    httpFeatureProblem(configuration) ??
    restrictionProblem(ingress) ??
    trafficProblem(ingress.traffic ?? [], configuration.activeRevisionsMode, [
      ...revisions,
      ...(suffix ? [`${name}--${suffix}`] : []),
    ])
  );
}

/**
 * Tcp ports 80 and 443 belong to the http apps of the environment (https://github.com/microsoft/azure-container-apps/issues/1558);
 * without `exposedPort` the target port is exposed (https://github.com/microsoft/azure-container-apps/issues/375).
 */
function mainPortProblem(ingress: Ingress, environment: ManagedEnvironment | undefined): Refusal | undefined {
  const { targetPort, exposedPort, external } = ingress;
  const tcp = isTcp(ingress);
  if (targetPort !== undefined && (targetPort < 0 || targetPort > 65535)) {
    return invalidField('configuration.ingress.targetPort', `Port ${targetPort} is out of range`);
  }
  if (tcp && !targetPort) return invalidField('configuration.ingress.targetPort', 'TCP ingress needs a target port');
  if (tcp && external && !hasNetwork(environment)) {
    return refusal(
      'ContainerAppTcpRequiresVnet',
      `Applications with external TCP ingress can only be deployed to Container App Environments that have a custom VNET. Set ingress traffic to 'Limited to Container Apps Environment' if you want to deploy to a Container App Environment without a custom VNET.`,
    );
  }
  if (!tcp && exposedPort) {
    return invalidField('configuration.ingress.exposedPort', 'Exposed port is supported for TCP transport only');
  }
  const listensOn = exposedPort || targetPort;
  if (tcp && listensOn !== undefined && HTTP_PORTS.includes(listensOn)) {
    return invalidField('configuration.ingress.exposedPort', `Invalid value: ${listensOn}: exposedPort already in use`);
  }
  return undefined;
}

/**
 * Five further tcp ports at most, external ones only of an external app in a network of its own, each target port once:
 * https://learn.microsoft.com/azure/container-apps/ingress-overview#additional-tcp-ports. That an external port is free in the whole
 * environment is seen where the other apps are (`externalPortProblem`).
 */
function additionalPortProblem(ingress: Ingress, environment: ManagedEnvironment | undefined): Refusal | undefined {
  const mappings = ingress.additionalPortMappings ?? [];
  const field = 'configuration.ingress.additionalPortMappings';
  if (mappings.length > MOST_ADDITIONAL_PORTS) {
    return invalidField(
      field,
      `At most ${MOST_ADDITIONAL_PORTS} additional ports are allowed, found ${mappings.length}`,
    );
  }
  const targets = new Set([ingress.targetPort]);
  const exposed = new Set(isTcp(ingress) ? [ingress.exposedPort || ingress.targetPort] : []);
  for (const { external, targetPort, exposedPort } of mappings) {
    const listensOn = exposedPort || targetPort;
    for (const port of [targetPort, listensOn])
      if (port < 1 || port > 65535) return invalidField(field, `Port ${port} is out of range`);
    if (targets.has(targetPort)) return invalidField(field, `Target port ${targetPort} is used more than once`);
    if (exposed.has(listensOn)) return invalidField(field, `Exposed port ${listensOn} is used more than once`);
    if (external && !(ingress.external && hasNetwork(environment))) {
      return invalidField(field, `Port ${listensOn} can be external only in an external app with a custom VNET`);
    }
    if (external && HTTP_PORTS.includes(listensOn)) {
      return invalidField(field, `Invalid value: ${listensOn}: exposedPort already in use`);
    }
    targets.add(targetPort);
    exposed.add(listensOn);
  }
  return undefined;
}

/** Why ports that are external here are taken: they are unique in the environment. `others`: its other apps. */
export function externalPortProblem(
  ingress: Ingress | null | undefined,
  others: readonly (Ingress | null | undefined)[],
): Refusal | undefined {
  const taken = others.flatMap(externalPorts);
  const port = externalPorts(ingress).find((one) => taken.includes(one));
  return port === undefined
    ? undefined
    : invalidField('configuration.ingress.exposedPort', `Invalid value: ${port}: exposedPort already in use`);
}

function externalPorts(ingress: Ingress | null | undefined): readonly number[] {
  if (!ingress) return [];
  const { external, exposedPort, targetPort, additionalPortMappings } = ingress;
  const main = exposedPort || targetPort;
  return [
    ...(external && isTcp(ingress) && main !== undefined ? [main] : []),
    ...(additionalPortMappings ?? []).flatMap((one) => (one.external ? [one.exposedPort || one.targetPort] : [])),
  ];
}

/**
 * Session affinity "is only supported when your app is in single revision mode and the ingress type is HTTP"
 * (https://learn.microsoft.com/azure/container-apps/sticky-sessions; Multiple: microsoft/azure-container-apps #1353); CORS is of
 * http as well (https://learn.microsoft.com/azure/container-apps/ingress-overview), and so are client certificates
 * (https://learn.microsoft.com/azure/container-apps/client-certificate-authorization). Azure's codes are not public.
 */
function httpFeatureProblem(configuration: Configuration): Refusal | undefined {
  const { ingress, activeRevisionsMode } = configuration;
  if (!ingress) return undefined;
  const isSticky = ingress.stickySessions?.affinity?.toLowerCase() === 'sticky';
  if (isSticky && (isTcp(ingress) || activeRevisionsMode?.toLowerCase() === 'multiple')) {
    return invalidField(
      'configuration.ingress.stickySessions',
      'Session affinity is supported in single revision mode with HTTP ingress only',
    );
  }
  if (!isTcp(ingress)) return undefined;
  if (ingress.corsPolicy) return invalidField('configuration.ingress.corsPolicy', 'CORS is for HTTP ingress only');
  if (ingress.clientCertificateMode && ingress.clientCertificateMode.toLowerCase() !== 'ignore') {
    return invalidField('configuration.ingress.clientCertificateMode', 'Client certificates are for HTTP ingress only');
  }
  return undefined;
}

/** IPv4 only, and "all rules must be the same type": https://learn.microsoft.com/azure/container-apps/ip-restrictions */
function restrictionProblem({ ipSecurityRestrictions }: Ingress): Refusal | undefined {
  const rules = ipSecurityRestrictions ?? [];
  const field = 'configuration.ingress.ipSecurityRestrictions';
  if (new Set(rules.map(({ action }) => action?.toLowerCase())).size > 1) {
    return invalidField(field, 'All rules must have the same action');
  }
  for (const { name, ipAddressRange = '' } of rules) {
    if (rules.filter((other) => other.name === name).length > 1) {
      return invalidField(field, `Rule name '${name}' is used more than once`);
    }
    const [address = '', bits = '32', ...rest] = ipAddressRange.split('/');
    if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || rest.length > 0) {
      return invalidField(field, `'${ipAddressRange}' is no IPv4 address or range in CIDR notation`);
    }
  }
  return undefined;
}

function trafficProblem(
  traffic: readonly TrafficWeight[],
  mode: string | undefined,
  revisions: readonly string[],
): Refusal | undefined {
  if (traffic.length === 0) return undefined;
  const total = traffic.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total !== 100) {
    return refusal('InvalidTrafficWeights', `The traffic weights must add up to 100, but add up to ${total}.`);
  }
  const labels = traffic.flatMap(({ label }) => (label ? [label] : []));
  if (new Set(labels).size !== labels.length) {
    return refusal('InvalidTrafficLabels', 'A traffic label is used more than once.');
  }
  for (const { revisionName, latestRevision } of traffic) {
    if (!revisionName === !latestRevision) {
      return refusal('InvalidTrafficWeights', 'Each traffic weight needs either revisionName or latestRevision.');
    }
    if (mode?.toLowerCase() !== 'multiple') continue;
    if (revisionName && !revisions.includes(revisionName)) {
      return refusal('RevisionNotFound', `Revision '${revisionName}' in the traffic weights does not exist.`);
    }
  }
  return undefined;
}

function isTcp({ transport }: Ingress): boolean {
  return transport?.toLowerCase() === 'tcp';
}

function hasNetwork(environment: ManagedEnvironment | undefined): boolean {
  return Boolean(environment?.properties.vnetConfiguration?.infrastructureSubnetId);
}
