import type { ServiceConfig } from '../../domain/config/model.ts';
import type { JobConfig } from '../../domain/config/model-choices.ts';
import { SECRETS_VERSION } from '../../domain/config/service/own-variables.ts';
import type { ContainerSettings, EnvValue } from '../../domain/config/service/service-containers.ts';
import { type SecretReader, secretsOf } from '../../domain/config/service/service-secrets.ts';
import type { DesireInput } from '../../domain/desired.ts';
import { addressValue } from '../../domain/references/addresses.ts';
import { resolvedAsText } from '../../domain/references/references.ts';
import { hashJson, type JsonObject } from '../../shared/json.ts';

/** The vault secrets that a service or a job names anywhere, in order and once each. */
export function usedSecrets(workload: SecretReader): readonly string[] {
  return [...new Set(secretsOf(workload).map(({ name }) => name))].sort();
}

/** The vault secrets that the variables of a container name, in order and once each. */
export function secretsIn({ env }: Pick<ContainerSettings, 'env'>): readonly string[] {
  const names = Object.values(env).flatMap((value) => (value.kind === 'secret' ? [value.name] : []));
  return [...new Set(names)].sort();
}

/** Name of a secret within an app: the vault's name in lower case. */
export function secretRef(vaultName: string): string {
  return vaultName.toLowerCase();
}

/** References to versioned vault secrets; no value anywhere. */
export function secretReferences(input: DesireInput, names: readonly string[]): JsonObject[] {
  const identity = input.outputs.read('identityId');
  return names.map((name) => ({
    name: secretRef(name),
    keyVaultUrl: input.outputs.read('secret', name),
    identity,
  }));
}

/**
 * All variables of a container.
 *
 * @param read further secrets whose rotation is a release, e.g. those of scalers
 */
export function environmentVariables(
  input: DesireInput,
  container: Pick<ContainerSettings, 'env'>,
  read: readonly string[] = [],
): JsonObject[] {
  const variables = Object.entries(container.env).map(([name, value]): JsonObject => {
    if (value.kind === 'secret') return { name, secretRef: secretRef(value.name) };
    return { name, value: textOf(value, input) };
  });
  const secrets = [...new Set([...secretsIn(container), ...read])].sort();
  if (secrets.length === 0) return variables;
  const versions = secrets.map((name) => input.outputs.read('secret', name));
  return [...variables, { name: SECRETS_VERSION, value: hashJson(versions).slice(0, 16) }];
}

function textOf(value: Exclude<EnvValue, { kind: 'secret' }>, input: DesireInput): string {
  switch (value.kind) {
    case 'plain':
      return value.value;
    case 'service':
      return addressValue(value, input);
    case 'reference':
      return resolvedAsText(value.text, input);
  }
}

/** The image of a service or a job: as configured, or as built. Those of application services are outputs, whoever built them. */
export function imageOf({ outputs }: DesireInput, workload: ServiceConfig | JobConfig): string {
  const isBuilt = 'kind' in workload ? workload.kind === 'application' : workload.image === undefined;
  return isBuilt ? outputs.read('image', workload.key) : (workload.image ?? '');
}

/** The deployment's identity, which reads the secrets and pulls the images and is no identity of the containers. */
export function workloadIdentity({ outputs }: DesireInput): { identity: JsonObject; identitySettings: JsonObject[] } {
  const id = outputs.read('identityId');
  return {
    identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } },
    identitySettings: [{ identity: id, lifecycle: 'None' }],
  };
}
