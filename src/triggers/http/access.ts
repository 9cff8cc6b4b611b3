import type { HttpRequest } from '@azure/functions';
import { ROLES, type Role } from '../../domain/api/route-table.ts';
import { isJsonObject } from '../../shared/json.ts';
import { HttpProblem } from './answer.ts';

/** Who calls, as far as the host vouches for it. */
export interface Caller {
  /** For records: `ada@example.com`, or `key` when only a function key is known. */
  readonly name: string;
  readonly roles: readonly Role[];
}

const NAME_CLAIMS = [
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'name',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
  'oid',
  'appid',
];

/** What a client may say of itself without proof; kept as a word of its own beside `key`. */
const CLAIMED_NAME = 'x-draftgenie-caller';
const MAX_NAME_LENGTH = 100;

/**
 * The caller of a request: the principal that Easy Auth in front of the app passes on in `x-ms-client-principal`
 * (base64 of `{claims: [{typ, val}], role_typ}`), else the holder of a key.
 * https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
export function callerOf(request: HttpRequest): Caller {
  const header = request.headers.get('x-ms-client-principal');
  if (header === null) {
    const claimed = printable(request.headers.get(CLAIMED_NAME) ?? '');
    return { name: claimed ? `${claimed} (by key)` : 'key', roles: [] };
  }
  const { claims, roleType } = principalOf(header);
  const name = NAME_CLAIMS.flatMap((type) => claims.filter((claim) => claim.type === type))[0]?.value ?? 'unnamed';
  const given = claims.flatMap(({ type, value }) => (type === roleType || type === 'roles' ? [value] : []));
  return { name: printable(name), roles: ROLES.filter((role) => given.includes(role)) };
}

/** Throws 401 without a principal and 403 without one of the roles. */
export function requireRole(request: HttpRequest, caller: Caller, allowed: readonly Role[]): void {
  if (!request.headers.has('x-ms-client-principal')) {
    throw new HttpProblem(401, 'not_signed_in', 'This app asks for a signed-in caller.');
  }
  if (caller.roles.some((role) => allowed.includes(role))) return;
  throw new HttpProblem(403, 'role_missing', `${caller.name} has none of the roles ${allowed.join(', ')}.`);
}

function principalOf(header: string): {
  readonly claims: readonly { readonly type: string; readonly value: string }[];
  readonly roleType: string;
} {
  let principal: unknown;
  try {
    principal = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    principal = undefined;
  }
  if (!isJsonObject(principal) || !Array.isArray(principal.claims)) {
    throw new HttpProblem(401, 'principal_invalid', 'The header x-ms-client-principal cannot be read.');
  }
  const claims = principal.claims.flatMap((claim) =>
    isJsonObject(claim) && typeof claim.typ === 'string' && typeof claim.val === 'string'
      ? [{ type: claim.typ, value: claim.val }]
      : [],
  );
  return { claims, roleType: typeof principal.role_typ === 'string' ? principal.role_typ : 'roles' };
}

/** Names end up in states, events and logs: no control characters, not endless. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').slice(0, MAX_NAME_LENGTH);
}
