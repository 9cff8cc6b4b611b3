import { jsonAt } from '../../../shared/json.ts';
import { Role } from '../../container-apps/cloud.ts';
import type { RegistryCall } from './registry-call.ts';
import { failure, type RegistryReply } from './registry-reply.ts';
import { readToken, signToken } from './signed-token.ts';

/** As ACR's own tokens: three hours, and 75 minutes. */
const LIFETIME_IN_SECONDS = { refresh: 3 * 60 * 60, access: 75 * 60 } as const;

/** Stands for the admin user in tokens: no object id is like it. */
const ADMIN_USER = 'admin';

/** The user whose password is a refresh token: https://learn.microsoft.com/azure/container-registry/container-registry-authentication */
const TOKEN_USER = '00000000-0000-0000-0000-000000000000';

/**
 * Who may do what: by the roles of the management plane, which allow as much in the classic role mode, or by those of
 * repositories (https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions).
 */
const CLASSIC: Readonly<Record<string, readonly string[]>> = {
  pull: [Role.acrPull, Role.acrPush, Role.contributor, Role.owner],
  push: [Role.acrPush, Role.contributor, Role.owner],
  delete: [Role.acrDelete, Role.contributor, Role.owner],
};
const BY_REPOSITORY: Readonly<Record<string, readonly string[]>> = {
  pull: [Role.registryRepositoryReader, Role.registryRepositoryWriter],
  push: [Role.registryRepositoryWriter],
  delete: [Role.acrDelete, Role.contributor, Role.owner],
};

interface TokenContent {
  readonly kind: 'refresh' | 'access';
  readonly principal: string;
  readonly scope?: string;
}

/** `POST /oauth2/exchange`: a refresh token for an Entra token (https://azure.github.io/acr/AAD-OAuth.html). */
export function exchangeToken(call: RegistryCall): RegistryReply {
  const principal = call.principalOf(call.form.get('access_token') ?? '');
  if (call.form.get('grant_type') !== 'access_token' || principal === undefined) {
    return failure(401, 'UNAUTHORIZED', 'the access token is missing or not valid');
  }
  return { status: 200, headers: {}, body: { refresh_token: sign(call, { kind: 'refresh', principal }) } };
}

/**
 * `/oauth2/token`: an access token for a refresh token, or for the admin user's name and password
 * (https://azure.github.io/acr/Token-BasicAuth.html), with those of the wanted actions that the caller may do.
 */
export function accessToken(call: RegistryCall): RegistryReply {
  const scope = [...call.form.getAll('scope'), ...call.query.getAll('scope')].join(' ');
  const principal = requester(call);
  if (principal === undefined) return failure(401, 'UNAUTHORIZED', 'the refresh token is missing or not valid');
  if (!mayDo(call, principal, 'pull')) return failure(403, 'DENIED', 'requested access to the resource is denied');
  const granted = scope.split(' ').flatMap((one) => grantedOf(call, principal, one));
  return {
    status: 200,
    headers: {},
    body: { access_token: sign(call, { kind: 'access', principal, scope: granted.join(' ') }) },
  };
}

function requester(call: RegistryCall): string | undefined {
  const { form, basic } = call;
  const named = form.get('grant_type') === 'password' ? credentialsOf(form) : basic;
  if (named && call.isAdminUser?.(named.username, named.password)) return ADMIN_USER;
  const refresh = named?.username === TOKEN_USER ? named.password : (form.get('refresh_token') ?? '');
  const given = verify(call, refresh);
  return given?.kind === 'refresh' ? given.principal : undefined;
}

function credentialsOf(form: URLSearchParams): { readonly username: string; readonly password: string } {
  return { username: form.get('username') ?? '', password: form.get('password') ?? '' };
}

/** `repository:app:pull,push` without what the caller may not. */
function grantedOf(call: RegistryCall, principal: string, scope: string): readonly string[] {
  const [type = '', name = '', actions = ''] = scope.split(':');
  if (type !== 'repository') return scope === '' ? [] : [scope];
  const allowed = actions.split(',').filter((action) => mayDo(call, principal, action));
  return allowed.length > 0 ? [`${type}:${name}:${allowed.join(',')}`] : [];
}

function mayDo(call: RegistryCall, principal: string, action: string): boolean {
  if (principal === ADMIN_USER) return true;
  const byRepository = jsonAt(call.registry.body, 'properties.roleAssignmentMode') === 'AbacRepositoryPermissions';
  const needed = byRepository ? BY_REPOSITORY : CLASSIC;
  // Whoever may do everything may do each of them; metadata are read by who may pull.
  if (action === '*') return Object.keys(needed).every((one) => mayDo(call, principal, one));
  return call.hasRole(principal, call.registry.id, needed[action] ?? needed.pull ?? []);
}

/** Whether what the caller has sent with the request is good for the scope. */
export function isAllowed(call: RegistryCall, scope: string): boolean {
  if (call.basic && call.isAdminUser?.(call.basic.username, call.basic.password)) return true;
  const given = verify(call, call.bearer ?? '');
  if (given?.kind !== 'access') return false;
  if (call.path === '/v2/') return true;
  const [type, name, action = ''] = scope.split(':');
  const wanted = action.split(',');
  if (wanted.includes('delete') && !mayDo(call, given.principal, 'delete')) return false;
  // A token may carry several scopes and more actions than are needed; who may pull may read what is there.
  return (given.scope ?? '').split(' ').some((one) => {
    const [ownType, ownName, actions = ''] = one.split(':');
    const own = actions.split(',');
    const isEnough = (need: string): boolean =>
      own.includes('*') || own.includes(need) || (need === 'metadata_read' && own.includes('pull'));
    return ownType === type && ownName === name && wanted.every(isEnough);
  });
}

function sign(call: RegistryCall, { kind, ...rest }: TokenContent): string {
  return signToken(call, { kind, ...rest }, LIFETIME_IN_SECONDS[kind]);
}

function verify(call: RegistryCall, given: string): TokenContent | undefined {
  return readToken(call, given) as unknown as TokenContent | undefined;
}
