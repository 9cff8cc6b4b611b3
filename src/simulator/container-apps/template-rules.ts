import type { JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { secretRefs } from './in-use.ts';
import { type Container, invalidField, refusal, type Secret, type Workload } from './model.ts';
import { probesProblem } from './rules/probe-rules.ts';
import { scaleIdentities } from './rules/scale-rules.ts';

const RFC_1123_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** No dot, as the words of the refusal have it: https://github.com/Azure/container-apps-deploy-action/issues/116. */
const SECRET_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** In the words of the refusal: https://github.com/MicrosoftDocs/azure-docs/issues/94512. */
const VARIABLE_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const KEY_VAULT_URL =
  /^https:\/\/[a-z0-9-]{3,24}\.vault\.[a-z.]+(?::\d+)?\/secrets\/[a-zA-Z0-9-]{1,127}(?:\/[0-9a-fA-F]+)?\/?$/;

/** The first thing wrong with what apps and jobs have in common: secrets, registries, identities, containers. */
export function workloadProblem(workload: Workload): Refusal | undefined {
  const containers = workload.properties?.template?.containers ?? [];
  const initContainers = workload.properties?.template?.initContainers ?? [];
  const secrets = workload.properties?.configuration?.secrets ?? [];
  return (
    secretsProblem(secrets) ??
    identityProblem(workload) ??
    registryProblem(workload) ??
    containersProblem([...containers, ...initContainers], secrets) ??
    referenceProblem(workload, secrets) ??
    graceProblem(workload) ??
    (containers.length === 0
      ? invalidField('template.containers', 'There should be at least one container')
      : (resourcesProblem(containers) ?? initResourcesProblem(initContainers, containers)))
  );
}

/**
 * Secrets left without a value (a GET body put back) are refused, as Azure never returns values and keeps none for a
 * member that is sent by its name alone: https://github.com/pulumi/pulumi-azure-native/issues/2673. An empty value is
 * none: https://github.com/microsoft/azure-container-apps/issues/660.
 */
function secretsProblem(secrets: readonly Secret[]): Refusal | undefined {
  for (const { name = '', value, keyVaultUrl, identity } of secrets) {
    if (!SECRET_NAME.test(name) || name.length > 253) {
      return refusal(
        'ContainerAppInvalidSecretName',
        `Secret name has an invalid value '${name}'. A value must consist of lower case alphanumeric characters, '-', and must start and end with an alphanumeric character. The length must not be more than 253 characters.`,
      );
    }
    if (secrets.filter((other) => other.name === name).length > 1) {
      return refusal('ContainerAppSecretDuplicate', `Secret name '${name}' is given more than once.`);
    }
    if (keyVaultUrl && !KEY_VAULT_URL.test(keyVaultUrl)) {
      return refusal(
        'ContainerAppSecretKeyVaultUrlInvalid',
        `Container app secret '${name}' has an invalid keyVaultUrl '${keyVaultUrl}'.`,
      );
    }
    if (!value && (!keyVaultUrl || !identity)) {
      return refusal(
        'ContainerAppSecretInvalid',
        `Invalid Request: Container app secret(s) with name(s) '${name}' are invalid: value or keyVaultUrl and identity should be provided.`,
      );
    }
  }
  return undefined;
}

/** Whoever pulls, reads or asks for the workload must be assigned to it. */
function identityProblem(workload: Workload): Refusal | undefined {
  const { configuration } = workload.properties ?? {};
  const used = [
    ...(configuration?.secrets ?? []).map(({ identity }) => identity),
    ...(configuration?.registries ?? []).map(({ identity }) => identity),
    ...(configuration?.identitySettings ?? []).map(({ identity }) => identity),
    ...scaleIdentities(workload),
  ];
  const assigned = assignedIdentities(workload);
  for (const identity of used) {
    if (!identity) continue;
    const present =
      identity.toLowerCase() === 'system'
        ? (workload.identity?.type ?? '').toLowerCase().includes('systemassigned')
        : assigned.has(identity.toLowerCase());
    if (!present) {
      return refusal(
        'ManagedIdentityNotAssigned',
        `The identity '${identity}' is used in the configuration but is not assigned to the resource.`,
      );
    }
  }
  return undefined;
}

/** Ids of the user-assigned identities, in lower case. */
export function assignedIdentities(workload: Workload): ReadonlySet<string> {
  return new Set(Object.keys(workload.identity?.userAssignedIdentities ?? {}).map((id) => id.toLowerCase()));
}

/**
 * An entry is for an identity or for a user name with a password: Microsoft's client refuses both together
 * (https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/containerapp/_validators.py), Terraform too
 * (https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/containerapps/helpers/container_apps.go).
 * In 2022 Azure took both and nobody could tell which it used (https://github.com/microsoft/azure-container-apps/issues/261).
 * A password that is not there: https://github.com/piizei/terraform-container-apps/issues/2.
 */
function registryProblem(workload: Workload): Refusal | undefined {
  const { registries, secrets } = workload.properties?.configuration ?? {};
  for (const { server, identity, username, passwordSecretRef } of registries ?? []) {
    if (!server) return invalidField('configuration.registries.server', 'Server is required');
    if (identity && (username || passwordSecretRef)) {
      return invalidField(
        'configuration.registries',
        `Registry '${server}' has both an identity and a username or passwordSecretRef`,
      );
    }
    if (identity) continue;
    if (!username || !passwordSecretRef) {
      return invalidField(
        'configuration.registries',
        `Registry '${server}' needs an identity or username and passwordSecretRef`,
      );
    }
    if (!(secrets ?? []).some(({ name }) => name === passwordSecretRef)) {
      return refusal(
        'ContainerAppRegistriesPasswordSecretRefNotFound',
        `PasswordSecretRef '${passwordSecretRef}' defined for registry server '${server}' not found.`,
      );
    }
  }
  return undefined;
}

/**
 * Scale rules and volumes name secrets of the same workload (https://learn.microsoft.com/azure/container-apps/scale-app#authentication,
 * https://learn.microsoft.com/azure/container-apps/manage-secrets#secrets-volume-mounts).
 */
function referenceProblem({ properties }: Workload, secrets: readonly Secret[]): Refusal | undefined {
  const { scale, volumes } = (properties?.template ?? {}) as JsonObject;
  const { eventTriggerConfig } = (properties?.configuration ?? {}) as JsonObject;
  const referred = secretRefs([scale ?? null, volumes ?? null, eventTriggerConfig ?? null]);
  const unknown = referred.find((one) => !secrets.some(({ name }) => name === one));
  return unknown === undefined
    ? undefined
    : refusal('ContainerAppSecretRefNotFound', `SecretRef '${unknown}' defined for a scale rule or volume not found.`);
}

export function containersProblem(containers: readonly Container[], secrets: readonly Secret[]): Refusal | undefined {
  for (const { name = '', image, env, probes } of containers) {
    if (!RFC_1123_LABEL.test(name)) {
      return refusal(
        'ContainerAppContainerNameInvalid',
        `Invalid container name '${name}': a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character.`,
      );
    }
    if (containers.filter((other) => other.name === name).length > 1) {
      return invalidField(`template.containers.${name}.name`, `Container name '${name}' is used more than once`);
    }
    if (!image)
      return refusal('ContainerAppImageRequired', `Container '${name}' must have an 'Image' property specified.`);
    for (const variable of env ?? []) {
      if (!VARIABLE_NAME.test(variable.name ?? '')) {
        return invalidField(
          `template.containers.${name}.env`,
          `Invalid value: "${variable.name ?? ''}": Invalid Environment Variable Name: Must consist of alphanumeric characters or '_', and must not start with a numeric character (e.g. 'MY_ENV_VAR',  or 'MY_VAR123', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
        );
      }
      if (variable.secretRef && !secrets.some((secret) => secret.name === variable.secretRef)) {
        return refusal(
          'ContainerAppSecretRefNotFound',
          `SecretRef '${variable.secretRef}' defined for container '${name}' not found.`,
        );
      }
    }
    const problem = probesProblem(name, probes ?? []);
    if (problem) return problem;
  }
  return undefined;
}

/** "Value must be non-negative integer": https://learn.microsoft.com/javascript/api/@azure/arm-appcontainers/template */
function graceProblem({ properties }: Workload): Refusal | undefined {
  const seconds = properties?.template?.terminationGracePeriodSeconds ?? 0;
  return seconds >= 0 ? undefined : invalidField('template.terminationGracePeriodSeconds', `Invalid value ${seconds}`);
}

const CPU = 0.5;
const MEMORY = '1Gi';

function totalOf(containers: readonly Container[]): { readonly cpu: number; readonly memory: number } {
  const sum = (values: readonly number[]): number => Math.round(values.reduce((a, b) => a + b, 0) * 1000) / 1000;
  return {
    cpu: sum(containers.map(({ resources }) => resources?.cpu ?? CPU)),
    memory: sum(
      containers.map(({ resources }) =>
        Number(/^(\d+(?:\.\d+)?)Gi$/.exec(resources?.memory ?? MEMORY)?.[1] ?? Number.NaN),
      ),
    ),
  };
}

/**
 * Consumption: 0.25 CPU to 4 CPU in steps of 0.25, with twice as many Gi of memory, over all containers:
 * https://learn.microsoft.com/azure/container-apps/containers#allocations
 */
function resourcesProblem(containers: readonly Container[]): Refusal | undefined {
  const { cpu, memory } = totalOf(containers);
  if (cpu >= 0.25 && cpu <= 4 && Number.isInteger(cpu * 4) && memory === cpu * 2) return undefined;
  const pairs = Array.from({ length: 16 }, (_, index) => (index + 1) / 4);
  return refusal(
    'ContainerAppInvalidResourceTotal',
    `The total requested CPU and memory resources for this application (CPU: ${cpu}, memory: ${memory}) is invalid. Total CPU and memory for all containers defined in a Container App must add up to one of the following CPU - Memory combinations: ${pairs.map((pair) => `[cpu: ${pair}, memory: ${pair * 2}Gi]`).join('; ')}.`,
  );
}

/**
 * No init container may have more than all containers of the app together; what has no resources counts with the defaults:
 * https://github.com/microsoft/azure-container-apps/issues/1189. The code for memory is made after the one for cpu.
 */
function initResourcesProblem(
  initContainers: readonly Container[],
  containers: readonly Container[],
): Refusal | undefined {
  const total = totalOf(containers);
  for (const container of initContainers) {
    const { cpu, memory } = totalOf([container]);
    if (!(cpu <= total.cpu)) {
      return refusal(
        'ContainerAppInitContainersInvalidCpu',
        `Invalid CPU value ${cpu} for init container ${container.name} ,an init container can not be allocated more CPU than the total CPU ${total.cpu} allocated for all app containers.`,
      );
    }
    if (!(memory <= total.memory)) {
      return refusal(
        'ContainerAppInitContainersInvalidMemory',
        `Invalid memory value ${container.resources?.memory} for init container ${container.name} ,an init container can not be allocated more memory than the total memory ${total.memory}Gi allocated for all app containers.`,
      );
    }
  }
  return undefined;
}
