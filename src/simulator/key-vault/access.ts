import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { Role } from '../container-apps/cloud.ts';
import type { SecretAction } from './secrets-api.ts';

const READS: readonly SecretAction[] = ['getSecret', 'readMetadata'];
const WRITERS = [Role.keyVaultSecretsOfficer, Role.keyVaultAdministrator];

/**
 * Whether this principal may do this with one secret of a vault, or with all of them: by access policies, or by roles of the data plane
 * on the vault or on that secret
 * (https://learn.microsoft.com/azure/key-vault/general/rbac-guide#secret-scope-role-assignment).
 *
 * @param secret empty: all of them
 */
export function mayDo(
  vault: { readonly id: string; readonly body: JsonObject },
  principal: string,
  { action, secret }: { readonly action: SecretAction; readonly secret: string },
  hasRole: (principalId: string, scope: string, roles: readonly string[]) => boolean,
): boolean {
  const properties = isJsonObject(vault.body.properties) ? vault.body.properties : {};
  if (properties.enableRbacAuthorization === false) return hasPolicy(properties, principal, action);
  const scope = secret === '' ? vault.id : `${vault.id}/secrets/${secret}`;
  return hasRole(principal, scope, READS.includes(action) ? [...WRITERS, Role.keyVaultSecretsUser] : WRITERS);
}

/** Access policies, for vaults without RBAC. */
function hasPolicy(properties: JsonObject, principal: string, action: SecretAction): boolean {
  const permission =
    { getSecret: 'get', setSecret: 'set', readMetadata: 'list', update: 'set' }[action as string] ?? action;
  const policies = Array.isArray(properties.accessPolicies) ? properties.accessPolicies.filter(isJsonObject) : [];
  return policies.some(({ objectId, permissions }) => {
    const secrets = isJsonObject(permissions) && Array.isArray(permissions.secrets) ? permissions.secrets : [];
    return objectId === principal && secrets.some((entry) => ['all', permission].includes(String(entry).toLowerCase()));
  });
}
