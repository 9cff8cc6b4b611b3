import { propertiesOf } from '../arm/resource-body.ts';
import { mayDo } from '../key-vault/access.ts';
import { firewallProblem } from '../key-vault/firewall.ts';
import { liveSecret, secretVersion } from '../key-vault/secret-store.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { identitiesOf, settingsOf } from './site-state.ts';

/**
 * The settings of an app as its process sees them. A reference to a vault is its secret's value where the identity of
 * `keyVaultReferenceIdentity` may read it, and else stays as it is written
 * (https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#troubleshoot-key-vault-references).
 */
export function resolvedSettings(world: World, site: StoredResource): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settingsOf(site)).map(([name, text]) => [name, secretOf(world, site, text) ?? text]),
  );
}

function secretOf(world: World, site: StoredResource, text: string): string | undefined {
  const place = referenced(text);
  if (!place) return undefined;
  const vault = world
    .resourcesOfType('Microsoft.KeyVault/vaults')
    .find(({ name }) => name.toLowerCase() === place.vault);
  const { keyVaultReferenceIdentity } = propertiesOf(site.body);
  const identity = identitiesOf(world, site).get(String(keyVaultReferenceIdentity).toLowerCase());
  const { principalId } = propertiesOf(identity?.body ?? {});
  if (!vault || typeof principalId !== 'string' || firewallProblem(propertiesOf(vault.body), {})) return undefined;
  const cloud = world.cloud();
  if (!mayDo(vault, principalId, { action: 'getSecret', secret: place.secret }, cloud.hasRole)) return undefined;
  const secret = liveSecret(cloud.secretsOf(vault.id), place.secret);
  const found = secret && secretVersion(secret, place.version);
  return found?.attributes.enabled === true ? found.value : undefined;
}

/** `@Microsoft.KeyVault(SecretUri=…)` or `@Microsoft.KeyVault(VaultName=…;SecretName=…;SecretVersion=…)` */
function referenced(text: string): { vault: string; secret: string; version: string | undefined } | undefined {
  const [, inner] = /^@Microsoft\.KeyVault\((.+)\)$/i.exec(text.trim()) ?? [];
  if (inner === undefined) return undefined;
  const parts = new Map(
    inner
      .split(';')
      .map((part) => [part.split('=')[0]?.trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]),
  );
  const uri = parts.get('secreturi');
  if (uri === undefined) {
    const [vault, secret] = [parts.get('vaultname'), parts.get('secretname')];
    return vault && secret ? { vault: vault.toLowerCase(), secret, version: parts.get('secretversion') } : undefined;
  }
  const [, vault = '', secret = '', version] =
    /^https:\/\/([^./]+)\.vault\.azure\.net\/secrets\/([^/]+)(?:\/([^/]*))?\/?$/i.exec(uri) ?? [];
  return secret === '' ? undefined : { vault: vault.toLowerCase(), secret, version: version || undefined };
}
