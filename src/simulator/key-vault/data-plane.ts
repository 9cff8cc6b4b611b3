import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { Role } from '../container-apps/cloud.ts';
import type { SecretStore } from './secret-store.ts';
import { answerSecrets, type SecretAction } from './secrets-api.ts';

export interface VaultCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
  /** Entra object id of the caller; undefined without a valid token. */
  readonly callerId: string | undefined;
  /** The vault as ARM has it, and its name. */
  readonly vault: { readonly id: string; readonly name: string; readonly body: JsonObject };
  readonly store: SecretStore;
  readonly tenantId: string;
  /** Host of the vault's address, without port. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  hasRole(principalId: string, scope: string, roles: readonly string[]): boolean;
}

export interface VaultReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
}

const READS: readonly SecretAction[] = ['getSecret', 'readMetadata'];

/**
 * One request to `https://<vault>.vault.azure.net`. The first of every client comes without a token and gets the
 * challenge that names tenant and resource; only the roles of the data plane count, being Owner is not enough.
 */
export function answerVault(call: VaultCall): VaultReply {
  const { callerId, vault } = call;
  if (callerId === undefined) {
    return {
      status: 401,
      headers: {
        'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${call.tenantId}", resource="https://vault.azure.net"`,
      },
      body: { error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' } },
    };
  }
  const properties = isJsonObject(vault.body.properties) ? vault.body.properties : {};
  const reply = answerSecrets(
    { method: call.method, path: call.path, query: call.query, body: call.body },
    {
      uri: `https://${call.host}`,
      softDeleteRetentionInDays:
        typeof properties.softDeleteRetentionInDays === 'number' ? properties.softDeleteRetentionInDays : 90,
      purgeProtection: properties.enablePurgeProtection === true,
      now: Math.floor(call.now / 1000),
      authorize: (action) =>
        properties.enableRbacAuthorization === false
          ? hasPolicy(properties, callerId, action)
          : hasDataRole(call, callerId, action),
      denial: `Caller: oid=${callerId}\r\nVault: ${vault.name};location=${String(vault.body.location)}`,
    },
    call.store,
  );
  return { status: reply.status, headers: { 'x-ms-keyvault-region': String(vault.body.location) }, body: reply.body };
}

function hasDataRole(call: VaultCall, callerId: string, action: SecretAction): boolean {
  const writers = [Role.keyVaultSecretsOfficer, Role.keyVaultAdministrator];
  return call.hasRole(
    callerId,
    call.vault.id,
    READS.includes(action) ? [...writers, Role.keyVaultSecretsUser] : writers,
  );
}

/** Access policies, for vaults without RBAC. */
function hasPolicy(properties: JsonObject, callerId: string, action: SecretAction): boolean {
  const permission =
    { getSecret: 'get', setSecret: 'set', readMetadata: 'list', update: 'set' }[action as string] ?? action;
  const policies = Array.isArray(properties.accessPolicies) ? properties.accessPolicies.filter(isJsonObject) : [];
  return policies.some(({ objectId, permissions }) => {
    const secrets = isJsonObject(permissions) && Array.isArray(permissions.secrets) ? permissions.secrets : [];
    return objectId === callerId && secrets.some((entry) => ['all', permission].includes(String(entry).toLowerCase()));
  });
}
