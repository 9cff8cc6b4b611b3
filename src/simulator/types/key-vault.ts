import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { filled } from '../arm/defaults.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { liveSecret } from '../key-vault/secret-store.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { DeletedResource, StoredResource } from '../store.ts';
import type { World } from '../world.ts';

/** What a vault has that says nothing: https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview. */
const DEFAULT_RETENTION_IN_DAYS = 90;

/** Vaults; a deleted one keeps its name until somebody recovers it in its old group and region. */
export const keyVault: ResourceType = {
  type: 'Microsoft.KeyVault/vaults',
  apiVersions: ['2026-02-01', '2025-05-01', '2024-11-01', '2023-07-01'],
  name: /^(?=.{3,24}$)[A-Za-z](?:[A-Za-z0-9]|-(?!-))*[A-Za-z0-9]$/,
  nameError: 'VaultNameNotValid',
  listed: true,
  style: 'status',
  patchAnswersBody: true,
  seconds: { create: 40, update: 10, delete: 0 },
  immutable: ['properties.tenantId'],
  writeOnly: ['properties.createMode'],
  hasAddress: true,
  globalName: 'VaultAlreadyExists',
  check({ world, id, name, sent, before }) {
    const properties = isJsonObject(sent.properties) ? sent.properties : {};
    const deleted = deletedVault(world, name);
    const recovers = properties.createMode === 'recover';
    if (!before && recovers)
      return deleted && isPlaceOf(deleted, id, String(sent.location)) ? undefined : nothingToRecover(name);
    if (!before && deleted && !isOfSubscription(world, deleted)) return takenElsewhere(name);
    if (!before && deleted) {
      return refuse(
        409,
        'ConflictError',
        'A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.',
      );
    }
    return privateAddressProblem(properties) ?? irreversibleProblem(properties, before && propertiesOf(before.body));
  },
  apply({ world, resource, before, previous, name, id, apiVersion }) {
    if (previous) keepForever(resource, propertiesOf(previous));
    const deleted = before ? undefined : deletedVault(world, name);
    if (deleted) {
      // Azure ignores everything else of the request that recovers.
      resource.body = structuredClone(deleted.resource.body);
      delete world.state.deletedVaults[name.toLowerCase()];
      const secrets = world.state.secrets[deleted.resource.id.toLowerCase()];
      if (secrets) world.state.secrets[id.toLowerCase()] = secrets;
    }
    if (!before && !deleted) resource.body = withAccessModel(resource.body, apiVersion);
    setOutputs(resource, { vaultUri: `https://${name.toLowerCase()}.vault.azure.net/` });
    world.state.secrets[id.toLowerCase()] ??= {};
    return undefined;
  },
  // Resource Manager knows a secret whoever made it: https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/get
  holds({ id }, [kind, name = '', ...more], world) {
    const isSecret = kind?.toLowerCase() === 'secrets' && more.length === 0;
    return isSecret && liveSecret(world.state.secrets[id.toLowerCase()] ?? {}, name) !== undefined;
  },
  remove(resource, world) {
    const deletedAt = new Date(world.now()).toISOString();
    world.state.deletedVaults[resource.name.toLowerCase()] = { resource, deletedAt };
  },
};

/** Who names no model gets roles from this version on, access policies before. */
const ROLES_BY_DEFAULT = '2026-02-01';

/** https://learn.microsoft.com/azure/key-vault/general/access-control-default */
function withAccessModel(body: JsonObject, apiVersion: string): JsonObject {
  return filled(body, { properties: { enableRbacAuthorization: apiVersion >= ROLES_BY_DEFAULT } });
}

/**
 * What can be switched on only, or set once; the words are Azure's:
 * https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/keyvault/key_vault_resource.go
 * (retention) and https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults (the other two). Purge protection
 * cannot be said to be false even for a new vault.
 */
function irreversibleProblem(wanted: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  if (wanted.enablePurgeProtection === false) {
    return refuse(
      400,
      'BadRequest',
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
  }
  if (before && wanted.enableSoftDelete === false) {
    return refuse(
      400,
      'BadRequest',
      `The property "enableSoftDelete" can be set to false only for creating new vault. Enabling the 'soft delete' functionality is an irreversible action.`,
    );
  }
  const days = wanted.softDeleteRetentionInDays;
  if (before && days !== undefined && days !== (before.softDeleteRetentionInDays ?? DEFAULT_RETENTION_IN_DAYS)) {
    return refuse(
      400,
      'BadRequest',
      `The property "softDeleteRetentionInDays" has been set already and it can't be modified.`,
    );
  }
  return undefined;
}

/** "IP network rules are allowed only for public IP addresses": https://learn.microsoft.com/azure/key-vault/general/network-security */
function privateAddressProblem({ networkAcls }: JsonObject): Refusal | undefined {
  const rules = isJsonObject(networkAcls) && Array.isArray(networkAcls.ipRules) ? networkAcls.ipRules : [];
  const addresses = rules.map((rule) => String((isJsonObject(rule) && rule.value) || ''));
  const wrong = addresses.find((one) => /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(one));
  return wrong === undefined
    ? undefined
    : refuse(400, 'BadRequest', `The address '${wrong}' is of a private network, which network rules do not take.`);
}

/** What a later PUT leaves out goes back to its default, but for what cannot go back. */
function keepForever(resource: StoredResource, before: JsonObject): void {
  const kept = ['enablePurgeProtection', 'softDeleteRetentionInDays'].filter((key) => before[key] !== undefined);
  const forever = Object.fromEntries(kept.map((key) => [key, before[key] ?? null]));
  resource.body = { ...resource.body, properties: { ...propertiesOf(resource.body), ...forever } };
}

function propertiesOf(body: JsonObject): JsonObject {
  return isJsonObject(body.properties) ? body.properties : {};
}

/** Names are of all Azure; a vault can be deleted in a subscription that is not ours. */
export function isOfSubscription({ state }: World, { resource }: DeletedResource): boolean {
  return resource.id.toLowerCase().startsWith(`/subscriptions/${state.subscriptionId}/`);
}

/** The words: https://github.com/Azure/azure-powershell/issues/15115. */
function takenElsewhere(name: string): Refusal {
  return refuse(
    409,
    'VaultAlreadyExists',
    `The vault name '${name}' is already in use. Vault names are globaly unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information on soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.`,
  );
}

export function deletedVault(world: World, name: string): DeletedResource | undefined {
  return world.state.deletedVaults[name.toLowerCase()];
}

function isPlaceOf({ resource }: DeletedResource, id: string, location: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');
  return plain(resource.id) === plain(id) && plain(String(resource.body.location)) === plain(location);
}

function nothingToRecover(name: string) {
  return refuse(
    404,
    'SoftDeletedVaultDoesNotExist',
    `A soft deleted vault with the given name '${name}' does not exist.`,
  );
}
