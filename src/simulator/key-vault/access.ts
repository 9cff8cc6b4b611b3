import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { Role } from '../container-apps/cloud.ts';
import type { SecretAction } from './secrets-api.ts';

const READS: readonly SecretAction[] = ['getSecret', 'readMetadata'];
const WRITERS = [Role.keyVaultSecretsOfficer, Role.keyVaultAdministrator];

/** Whether this principal may do this with the secrets of a vault: by the roles of the data plane or by access policies. */
export function mayDo(
  vault: { readonly id: string; readonly body: JsonObject },
  principal: string,
  action: SecretAction,
  hasRole: (principalId: string, scope: string, roles: readonly string[]) => boolean,
): boolean {
  const properties = isJsonObject(vault.body.properties) ? vault.body.properties : {};
  if (properties.enableRbacAuthorization === false) return hasPolicy(properties, principal, action);
  return hasRole(principal, vault.id, READS.includes(action) ? [...WRITERS, Role.keyVaultSecretsUser] : WRITERS);
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
