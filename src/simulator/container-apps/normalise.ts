import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/**
 * What GET answers for what PUT was sent, as in a recorded exchange (Azure/azure-dev, `containerApp.get`): nulls for
 * objects not set, defaults filled in, enum values in their own case, secret values never.
 */
export function normaliseConfiguration(
  configuration: JsonObject,
  fqdn: string | undefined,
  certificateOf: (domain: JsonObject) => string | undefined = () => undefined,
): JsonObject {
  return {
    ...configuration,
    secrets: normaliseSecrets(configuration.secrets),
    activeRevisionsMode: configuration.activeRevisionsMode ?? 'Single',
    ingress: isJsonObject(configuration.ingress) ? normaliseIngress(configuration.ingress, fqdn, certificateOf) : null,
    registries: normaliseRegistries(configuration.registries),
    dapr: configuration.dapr ?? null,
    runtime: configuration.runtime ?? null,
    maxInactiveRevisions: configuration.maxInactiveRevisions ?? 100,
    service: configuration.service ?? null,
    identitySettings: configuration.identitySettings ?? [],
  };
}

export function normaliseJobConfiguration(configuration: JsonObject): JsonObject {
  return {
    ...configuration,
    secrets: normaliseSecrets(configuration.secrets),
    replicaRetryLimit: configuration.replicaRetryLimit ?? 0,
    registries: normaliseRegistries(configuration.registries),
    manualTriggerConfig: configuration.manualTriggerConfig ?? null,
    scheduleTriggerConfig: configuration.scheduleTriggerConfig ?? null,
    eventTriggerConfig: configuration.eventTriggerConfig ?? null,
    identitySettings: configuration.identitySettings ?? [],
  };
}

export function normaliseTemplate(template: JsonObject): JsonObject {
  const scale = isJsonObject(template.scale) ? template.scale : {};
  return {
    ...template,
    revisionSuffix: template.revisionSuffix ?? '',
    terminationGracePeriodSeconds: template.terminationGracePeriodSeconds ?? null,
    containers: normaliseContainers(template.containers),
    initContainers: normaliseContainers(template.initContainers),
    scale: {
      ...scale,
      minReplicas: scale.minReplicas ?? null,
      maxReplicas: scale.maxReplicas ?? 10,
      cooldownPeriod: scale.cooldownPeriod ?? 300,
      pollingInterval: scale.pollingInterval ?? 30,
      rules: scale.rules ?? null,
    },
    volumes: template.volumes ?? null,
    serviceBinds: template.serviceBinds ?? null,
  };
}

export function normaliseJobTemplate(template: JsonObject): JsonObject {
  return {
    ...template,
    containers: normaliseContainers(template.containers),
    initContainers: normaliseContainers(template.initContainers),
    volumes: template.volumes ?? null,
  };
}

/** Key Vault references come back whole, values never: a GET body put back is refused for want of them. */
function normaliseSecrets(secrets: Json | undefined): Json {
  const list = objects(secrets);
  return list.length === 0 ? null : list.map(({ value: _, ...rest }): JsonObject => rest);
}

function normaliseIngress(
  ingress: JsonObject,
  fqdn: string | undefined,
  certificateOf: (domain: JsonObject) => string | undefined,
): JsonObject {
  const transport = typeof ingress.transport === 'string' ? ingress.transport : 'auto';
  const traffic = objects(ingress.traffic);
  const domains = objects(ingress.customDomains);
  return {
    ...ingress,
    fqdn: fqdn ?? '',
    external: ingress.external ?? false,
    targetPort: ingress.targetPort ?? 0,
    exposedPort: ingress.exposedPort ?? 0,
    transport: transport.charAt(0).toUpperCase() + transport.slice(1).toLowerCase(),
    traffic: traffic.length > 0 ? traffic : [{ weight: 100, latestRevision: true }],
    customDomains: Array.isArray(ingress.customDomains)
      ? domains.map((domain) => normaliseDomain(domain, certificateOf(domain)))
      : null,
    allowInsecure: ingress.allowInsecure ?? false,
    ipSecurityRestrictions: ingress.ipSecurityRestrictions ?? null,
    corsPolicy: ingress.corsPolicy ?? null,
    clientCertificateMode: ingress.clientCertificateMode ?? null,
    stickySessions: ingress.stickySessions ?? null,
    additionalPortMappings: ingress.additionalPortMappings ?? null,
  };
}

function normaliseDomain({ name, bindingType }: JsonObject, certificateId: string | undefined): JsonObject {
  return {
    name: name ?? '',
    bindingType: bindingType ?? 'Disabled',
    ...(certificateId !== undefined && { certificateId }),
  };
}

function normaliseRegistries(registries: Json | undefined): Json {
  const list = objects(registries);
  return list.length === 0
    ? null
    : list.map(({ server, username, passwordSecretRef, identity }) => ({
        server: server ?? '',
        username: username ?? '',
        passwordSecretRef: passwordSecretRef ?? '',
        identity: identity ?? '',
      }));
}

function normaliseContainers(containers: Json | undefined): Json {
  const list = objects(containers);
  return list.length === 0
    ? null
    : list.map((container) => {
        const resources = isJsonObject(container.resources) ? container.resources : {};
        const cpu = typeof resources.cpu === 'number' ? resources.cpu : 0.5;
        return {
          ...container,
          resources: { cpu, memory: resources.memory ?? '1Gi', ephemeralStorage: ephemeralStorage(cpu) },
          ...(container.probes === undefined || container.probes === null
            ? {}
            : { probes: objects(container.probes).map(normaliseProbe) }),
        };
      });
}

function normaliseProbe(probe: JsonObject): JsonObject {
  return {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...probe,
    ...(isJsonObject(probe.httpGet) ? { httpGet: { scheme: 'HTTP', ...probe.httpGet } } : {}),
  };
}

/** https://learn.microsoft.com/azure/container-apps/storage-mounts: grows with the CPUs of the container. */
function ephemeralStorage(cpu: number): string {
  if (cpu <= 0.25) return '1Gi';
  if (cpu <= 0.5) return '2Gi';
  return cpu <= 1 ? '4Gi' : '8Gi';
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
