import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';

interface Claims {
  readonly oid?: string;
  readonly aud?: string;
}

interface Authenticated {
  /** It goes no further: this is its answer. */
  readonly status?: number;
  /** What the app is told of the caller. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Built-in authentication by `config/authsettingsV2`: bearer tokens of Entra; browsers are not simulated, so that who would be sent
 * to sign in gets 401. https://learn.microsoft.com/azure/app-service/overview-authentication-authorization, headers:
 * https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 *
 * @param read what a token says that is good
 */
export function authenticated(
  settings: JsonObject,
  { headers, url = '/' }: Pick<IncomingMessage, 'headers' | 'url'>,
  read: (token: string) => Claims | undefined,
): Authenticated {
  if (jsonAt(settings, 'platform.enabled') !== true) return { headers: {} };
  const validation = isJsonObject(settings.globalValidation) ? settings.globalValidation : {};
  const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
  const claims = token === undefined ? undefined : read(token);
  if (claims?.oid !== undefined && isMeant(settings, claims)) return { headers: principalHeaders(claims.oid) };
  // A token that is not for the app is refused wherever it comes to.
  if (token !== undefined) return { status: claims ? 403 : 401, headers: {} };
  const [path = ''] = url.split('?');
  const excluded = Array.isArray(validation.excludedPaths) ? validation.excludedPaths.map(String) : [];
  const isOpen = validation.requireAuthentication !== true || excluded.some((one) => isBelow(path, one));
  if (isOpen || validation.unauthenticatedClientAction === 'AllowAnonymous') return { headers: {} };
  return { status: validation.unauthenticatedClientAction === 'Return403' ? 403 : 401, headers: {} };
}

function isMeant(settings: JsonObject, { aud = '' }: Claims): boolean {
  const clientId = jsonAt(settings, 'identityProviders.azureActiveDirectory.registration.clientId');
  const allowed = jsonAt(settings, 'identityProviders.azureActiveDirectory.validation.allowedAudiences');
  const audiences = [
    String(clientId),
    `api://${String(clientId)}`,
    ...(Array.isArray(allowed) ? allowed.map(String) : []),
  ];
  return audiences.includes(aud);
}

function principalHeaders(id: string): Record<string, string> {
  const claims = [{ typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: id }];
  const principal = { auth_typ: 'aad', claims, name_typ: 'name', role_typ: 'roles' };
  return {
    'x-ms-client-principal-id': id,
    'x-ms-client-principal-idp': 'aad',
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
  };
}

/** https://learn.microsoft.com/azure/app-service/configure-authentication-file-based: a path, or all below it by `/*`. */
function isBelow(path: string, pattern: string): boolean {
  const plain = pattern
    .replace(/\/?\*$/, '')
    .replace(/\/+$/, '')
    .toLowerCase();
  const asked = path.toLowerCase();
  return asked === plain || (pattern.endsWith('*') && asked.startsWith(`${plain}/`));
}
