import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { withTerms } from '../outbound/terms.ts';
import { signInTerms } from './client-terms.ts';
import { AzureError, errorOfException } from './errors.ts';
import type { CloudEndpoints, Principal } from './ports.ts';
import { createSignIn, type SignIn } from './sign-in.ts';

/** The largest of the SDKs: a process may load it while it waits for something else. */
export const loadIdentity = (): Promise<typeof import('@azure/identity')> => import('@azure/identity');

/**
 * Whatever this machine offers: environment, workload or managed identity, the Azure CLI.
 *
 * @param clientId of the managed identity, where there are several; by default that of `AZURE_CLIENT_ID`
 */
export async function defaultCredential(
  cloud: CloudEndpoints,
  transport: HttpClient,
  clientId?: string,
): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await loadIdentity();
  const signIn = createSignIn();
  const options = {
    ...signInOptions(cloud, transport),
    ...watched(signIn),
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
  };
  return signIn.watch(new DefaultAzureCredential(options));
}

export async function clientSecretCredential(
  client: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string },
  cloud: CloudEndpoints,
  transport: HttpClient,
): Promise<TokenCredential> {
  const { ClientSecretCredential } = await loadIdentity();
  const signIn = createSignIn();
  const credential = new ClientSecretCredential(client.tenantId, client.clientId, client.clientSecret, {
    ...signInOptions(cloud, transport),
    // The simulator has no public metadata to compare the authority with.
    disableInstanceDiscovery: true,
    ...watched(signIn),
  });
  return signIn.watch(credential);
}

function signInOptions(cloud: CloudEndpoints, transport: HttpClient) {
  return { authorityHost: cloud.authority, httpClient: withTerms(transport, signInTerms(cloud)) };
}

function watched({ policy }: SignIn) {
  return { additionalPolicies: [{ policy, position: 'perRetry' as const }] };
}

/** Clients that ask for the same token at the same time share one request; each client of the SDKs would send its own. */
export function withSharedTokens(credential: TokenCredential): TokenCredential {
  const pending = new Map<string, ReturnType<TokenCredential['getToken']>>();
  return {
    getToken(scopes, options) {
      const { claims, tenantId, enableCae } = options ?? {};
      const key = JSON.stringify([[scopes].flat(), claims, tenantId, enableCae]);
      const known = pending.get(key);
      if (known) return known;
      // Without the first caller's signal, because other callers wait for the same token.
      const { abortSignal: _ours, ...shared } = options ?? {};
      const token = credential.getToken(scopes, shared).finally(() => pending.delete(key));
      pending.set(key, token);
      return token;
    },
  };
}

export function managementScope({ resourceManager }: CloudEndpoints): string {
  return `${resourceManager}/.default`;
}

/** Who the credential is, by the claims of its token for Azure Resource Manager. */
export async function readPrincipal(credential: TokenCredential, cloud: CloudEndpoints): Promise<Principal> {
  // The token that the SDKs ask for: one that may be revoked early (continuous access evaluation).
  const token = await credential.getToken(managementScope(cloud), { enableCae: true }).catch((error: unknown) => {
    throw errorOfException(error);
  });
  const claims = token ? decodeClaims(token.token) : undefined;
  const { tid, oid, idtyp, appid } = claims ?? {};
  if (typeof tid !== 'string' || typeof oid !== 'string') {
    throw new AzureError({
      code: 'CredentialUnavailable',
      message: 'the credential gave a token without tenant or object id',
    });
  }
  // People's tokens have no idtyp "app"; their grants must leave the principal type out.
  return {
    tenantId: tid,
    objectId: oid,
    ...(idtyp === 'app' && { principalType: 'ServicePrincipal' }),
    ...(typeof appid === 'string' && { displayName: appid }),
  };
}

function decodeClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const payload = token.split('.')[1];
  if (!payload) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
