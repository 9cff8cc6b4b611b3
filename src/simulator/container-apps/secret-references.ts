import { isJsonObject } from '../../shared/json.ts';
import { mayDo } from '../key-vault/access.ts';
import { firewallProblem } from '../key-vault/firewall.ts';
import { liveSecret, secretVersion } from '../key-vault/secret-store.ts';
import type { Refusal } from '../refusal.ts';
import type { Cloud, CloudResource } from './cloud.ts';
import { principalId } from './identity.ts';
import { invalidField, type ManagedEnvironment, type Secret, type Workload } from './model.ts';

/**
 * Why a Key Vault reference of the workload cannot be read. Azure does not say which of these it was
 * (https://github.com/microsoft/azure-container-apps/issues/1159): no such vault; its firewall keeps the environment out
 * (https://github.com/microsoft/azure-container-apps/issues/739); the identity may not, or not yet, read there; no such
 * secret or version, deleted or disabled; an empty value
 * (https://github.com/microsoft/azure-container-apps/issues/1291). An expired or not yet valid secret is read like any
 * other: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations.
 * A system-assigned identity cannot hold a role before its app exists, so it is refused.
 */
export function secretReferenceProblem(
  cloud: Cloud,
  workload: Workload,
  environment: ManagedEnvironment | undefined,
): Refusal | undefined {
  const secrets = workload.properties?.configuration?.secrets ?? [];
  const unreadable = secrets.find((secret) => !isReadableSecret(cloud, secret, environment));
  if (!unreadable) return undefined;
  const { name, identity } = unreadable;
  return invalidField(
    'configuration.secrets',
    `Invalid value: "${name}": Unable to get value using Managed identity ${identity} for secret ${name}. Error: unable to fetch secret '${name}' using Managed identity '${identity}'`,
  );
}

/** The value of a secret of the workload, wherever it is kept; undefined when there is none, or none that can be read. */
export function secretValue(cloud: Cloud, { properties }: Workload, name: string): string | undefined {
  const secret = (properties?.configuration?.secrets ?? []).find((one) => one.name === name);
  if (!secret?.keyVaultUrl || !secret.identity) return secret?.value ?? undefined;
  const vault = vaultOf(cloud, secret.keyVaultUrl);
  return vault && vaultValue(cloud, vault, secret.keyVaultUrl, secret.identity);
}

/** Whether whoever has the identity can read the vault's secret from the environment; true of a secret that refers to none. */
export function isReadableSecret(
  cloud: Cloud,
  { keyVaultUrl, identity }: Secret,
  environment: ManagedEnvironment | undefined,
): boolean {
  if (!keyVaultUrl || !identity) return true;
  const vault = vaultOf(cloud, keyVaultUrl);
  if (!vault) return false;
  const properties = isJsonObject(vault.body.properties) ? vault.body.properties : {};
  const subnet = environment?.properties.vnetConfiguration?.infrastructureSubnetId;
  if (firewallProblem(properties, { subnet })) return false;
  return Boolean(vaultValue(cloud, vault, keyVaultUrl, identity));
}

function vaultOf(cloud: Cloud, url: string): CloudResource | undefined {
  const [name = ''] = new URL(url).hostname.split('.');
  return cloud
    .resourcesOfType('Microsoft.KeyVault/vaults')
    .find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

/** What the identity reads there. */
function vaultValue(cloud: Cloud, vault: CloudResource, url: string, identity: string): string | undefined {
  const [, , name = '', version] = new URL(url).pathname.split('/');
  const principal = principalId(cloud, identity);
  if (principal === undefined || !mayDo(vault, principal, { action: 'getSecret', secret: name }, cloud.hasRole))
    return undefined;
  const secret = liveSecret(cloud.secretsOf(vault.id), name);
  const found = secret && secretVersion(secret, version);
  return found?.attributes.enabled === true ? found.value : undefined;
}
