import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { mayDo } from './access.ts';
import { firewallProblem } from './firewall.ts';
import type { SecretStore } from './secret-store.ts';
import { answerSecrets } from './secrets-api.ts';

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
  /** Where the caller seems to be. */
  readonly clientAddress: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  hasRole(principalId: string, scope: string, roles: readonly string[]): boolean;
}

export interface VaultReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
}

/**
 * One request to `https://<vault>.vault.azure.net`. The first of every client comes without a token and gets the
 * challenge that names tenant and resource; only the roles of the data plane count, being Owner is not enough.
 */
export function answerVault(call: VaultCall): VaultReply {
  const { callerId, vault } = call;
  const properties = isJsonObject(vault.body.properties) ? vault.body.properties : {};
  const tenant = String(properties.tenantId ?? call.tenantId);
  if (callerId === undefined) return unauthorized(tenant, 'AKV10000: Request is missing a Bearer or PoP token.');
  // A vault of another tenant takes none of our tokens: https://github.com/microsoft/dstoolkit-mlops-databricks/issues/26.
  if (tenant.toLowerCase() !== call.tenantId.toLowerCase()) {
    const [expected, found] = [tenant, call.tenantId].map((id) => `https://sts.windows.net/${id}/`);
    return unauthorized(tenant, `AKV10032: Invalid issuer. Expected one of ${expected}, found ${found}.`);
  }
  const caller = `Caller: oid=${callerId}\r\nVault: ${vault.name};location=${String(vault.body.location)}`;
  const blocked = firewallProblem(properties, { address: call.clientAddress });
  if (blocked) {
    return {
      status: 403,
      headers: { 'x-ms-keyvault-region': String(vault.body.location) },
      body: {
        error: { code: 'Forbidden', message: `${blocked.message}\r\n${caller}`, innererror: { code: blocked.code } },
      },
    };
  }
  const reply = answerSecrets(
    { method: call.method, path: call.path, query: call.query, body: call.body },
    {
      uri: `https://${call.host}`,
      softDeleteRetentionInDays:
        typeof properties.softDeleteRetentionInDays === 'number' ? properties.softDeleteRetentionInDays : 90,
      purgeProtection: properties.enablePurgeProtection === true,
      now: Math.floor(call.now / 1000),
      authorize: (asked) => mayDo(vault, callerId, asked, call.hasRole),
      denial: caller,
    },
    call.store,
  );
  return { status: reply.status, headers: { 'x-ms-keyvault-region': String(vault.body.location) }, body: reply.body };
}

function unauthorized(tenant: string, message: string): VaultReply {
  return {
    status: 401,
    headers: {
      'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${tenant}", resource="https://vault.azure.net"`,
    },
    body: { error: { code: 'Unauthorized', message } },
  };
}
