import type { HttpRequest } from '@azure/functions';
import { ROLES, type Role } from '../../domain/api/route-table.ts';
import { type KeyScope, scopeOf } from '../../domain/api/scoped-key.ts';
import { environmentOfRun } from '../../domain/runs/run-id.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { AppServices } from '../app-services.ts';
import { HttpProblem } from './answer.ts';
import { printable } from './printable.ts';

/** Who calls, as far as the host vouches for it. */
export interface Caller {
  /** For records: `ada@example.com`; `key`, or `key ci`, and before it who the caller says to be, when only a function key is known. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** What the key opens; undefined: everything. */
  readonly scope: KeyScope | undefined;
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

/**
 * The caller of a request: the principal that Easy Auth in front of the app passes on in `x-ms-client-principal`
 * (base64 of `{claims: [{typ, val}], role_typ}`), where the app says that it stands there; else the holder of a key, whatever the header
 * says: anybody may send it. https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
export function callerOf(request: HttpRequest, { requiresRoles }: Pick<AppServices, 'requiresRoles'>): Caller {
  const scope = keyScope(request);
  const header = requiresRoles ? request.headers.get('x-ms-client-principal') : null;
  if (header === null) {
    const claimed = printable(request.headers.get(CLAIMED_NAME) ?? '');
    const key = scope ? `key ${scope.name}` : 'key';
    return { name: claimed ? `${claimed} (by ${key})` : key, roles: [], scope };
  }
  const { claims, roleType } = principalOf(header);
  const name = NAME_CLAIMS.flatMap((type) => claims.filter((claim) => claim.type === type))[0]?.value ?? 'unnamed';
  const given = claims.flatMap(({ type, value }) => (type === roleType || type === 'roles' ? [value] : []));
  return { name: printable(name), roles: ROLES.filter((role) => given.includes(role)), scope };
}

/** The header counts before the query, as for the host, which passes both on as they came. */
function keyScope(request: HttpRequest): KeyScope | undefined {
  const scope = scopeOf(request.headers.get('x-functions-key') ?? request.query.get('code') ?? '');
  if (scope !== 'invalid') return scope;
  throw new HttpProblem(403, 'key_scope_invalid', 'The access key does not say what it opens.');
}

/** Throws 403 for a key that is not for this: for other rights, for another environment, or, where scopes are asked for, without one. */
export function requireScope(
  request: HttpRequest,
  { scope }: Caller,
  { allowed, requiresScopes }: { readonly allowed: readonly Role[]; readonly requiresScopes: boolean },
): void {
  if (!scope) {
    if (!requiresScopes) return;
    throw new HttpProblem(403, 'key_scope_missing', 'This app asks for keys that say what they open.');
  }
  requireRight(scope, allowed);
  const { environment, runId } = request.params;
  const asked = environment ?? (runId === undefined ? undefined : environmentOfRun(runId));
  if (scope.environment === undefined || asked === undefined || asked === scope.environment) return;
  throw new HttpProblem(
    403,
    'key_scope_exceeded',
    `The key ${scope.name} is for the environment ${scope.environment}.`,
  );
}

/** To let a run go on that nobody else approves takes the right to approve. */
export function requireApprovalRight({ scope }: Caller): void {
  if (scope) requireRight(scope, ['Deployment.Approver']);
}

function requireRight({ name, roles }: KeyScope, allowed: readonly Role[]): void {
  if (roles.some((role) => allowed.includes(role))) return;
  throw new HttpProblem(
    403,
    'key_scope_exceeded',
    `The key ${name} is not for this; it takes one for ${allowed.join(' or ')}.`,
  );
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
