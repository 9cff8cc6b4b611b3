import { liveSecret, secretVersion } from '../key-vault/secret-store.ts';
import type { Refusal } from '../refusal.ts';
import { type Cloud, Role } from './cloud.ts';
import { principalId } from './identity.ts';
import { invalidField, type Secret, type Workload } from './model.ts';

const READERS = [Role.keyVaultSecretsUser, Role.keyVaultSecretsOfficer, Role.keyVaultAdministrator];

/**
 * Why a Key Vault reference of the workload cannot be read: no such vault, the identity may not (yet) read there, no
 * such secret or version. A system-assigned identity cannot hold a role before its app exists, so it is refused.
 */
export function secretReferenceProblem(cloud: Cloud, workload: Workload): Refusal | undefined {
  for (const secret of workload.properties?.configuration?.secrets ?? []) {
    const problem = referenceProblem(cloud, secret);
    if (problem) {
      return invalidField(
        'configuration.secrets',
        `Invalid value: "${secret.name}": Unable to get value using Managed identity ${secret.identity} for secret ${secret.name}. Error: ${problem}`,
      );
    }
  }
  return undefined;
}

function referenceProblem(cloud: Cloud, { keyVaultUrl, identity }: Secret): string | undefined {
  if (keyVaultUrl === undefined || identity === undefined) return undefined;
  const { hostname, pathname } = new URL(keyVaultUrl);
  const [, , name = '', version] = pathname.split('/');
  const vault = cloud
    .resourcesOfType('Microsoft.KeyVault/vaults')
    .find((candidate) => candidate.name.toLowerCase() === hostname.split('.')[0]?.toLowerCase());
  if (!vault) return `No such host is known. (${hostname})`;
  const principal = principalId(cloud, identity);
  if (principal === undefined || !cloud.hasRole(principal, vault.id, READERS)) {
    return 'Caller is not authorized to perform action on resource. (ForbiddenByRbac)';
  }
  const secret = liveSecret(cloud.secretsOf(vault.id), name);
  const found = secret && secretVersion(secret, version);
  if (!found)
    return `A secret with (name/id) ${[name, version].filter(Boolean).join('/')} was not found in this key vault. (SecretNotFound)`;
  return found.attributes.enabled ? undefined : 'Operation get is not allowed on a disabled secret. (SecretDisabled)';
}
