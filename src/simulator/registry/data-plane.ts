import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import { Role } from '../container-apps/cloud.ts';
import { findManifest, type RegistryContent } from './content.ts';
import { answerMetadata, MANIFEST_TYPE, removeManifest, repositoryNames, tagNames } from './repositories.ts';

export interface RegistryCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields of a form body. */
  readonly form: URLSearchParams;
  /** What stands after `Bearer` in the authorization header. */
  readonly bearer: string | undefined;
  /** The request came with name and password of the admin user. */
  readonly isAdmin?: boolean;
  readonly registry: { readonly id: string; readonly body: JsonObject };
  readonly content: RegistryContent;
  /** Signs the registry's own tokens. */
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Entra object id behind an access token. */
  principalOf(token: string): string | undefined;
  hasRole(principalId: string, scope: string, roles: readonly string[]): boolean;
}

export interface RegistryReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
}

/** As ACR's own tokens: three hours, and 75 minutes. */
const LIFETIME_IN_SECONDS = { refresh: 3 * 60 * 60, access: 75 * 60 } as const;

/** Who may delete images; built-in roles documentation: AcrDelete, and those of the management plane. */
const DELETERS = [Role.acrDelete, Role.contributor, Role.owner];

/** Stands for the admin user in tokens: no object id is like it. */
const ADMIN_USER = 'admin';

/** In the classic role mode the roles of the management plane allow pulling too. */
const PULLERS = [Role.acrPull, Role.acrPush, Role.contributor, Role.owner];

/**
 * One request to a registry's login server: the token exchange (Entra token → refresh token → access token,
 * https://aka.ms/acr/auth), ACR's metadata, and the distribution API but for pushing.
 */
export function answerRegistry(call: RegistryCall): RegistryReply {
  const { method, path } = call;
  if (method === 'POST' && path === '/oauth2/exchange') return exchange(call);
  if (path === '/oauth2/token' && (method === 'POST' || method === 'GET')) return token(call);
  const [, metadata] = /^\/acr\/v1\/(.+)$/.exec(path) ?? [];
  if (metadata === undefined && !path.startsWith('/v2/')) return failure(404, 'NOT_FOUND', 'page not found');
  const route = /^\/v2\/(.+)\/(manifests|tags)\/([^/]+)$/.exec(path);
  const repository = metadata?.replace(/\/_(tags|manifests)(\/.*)?$/, '') ?? route?.[1];
  const action = method === 'DELETE' ? 'delete' : metadata === undefined ? 'pull' : 'metadata_read';
  const isCatalog = repository === undefined || repository === '_catalog';
  const scope = isCatalog ? 'registry:catalog:*' : `repository:${repository}:${action}`;
  if (!isAllowed(call, scope)) {
    return {
      ...failure(
        401,
        'UNAUTHORIZED',
        'authentication required, visit https://aka.ms/acr/authorization for more information.',
      ),
      headers: {
        'www-authenticate': `Bearer realm="https://${call.content.loginServer}/oauth2/token",service="${call.content.loginServer}",scope="${scope}"`,
      },
    };
  }
  if (metadata !== undefined && (method === 'GET' || method === 'DELETE')) {
    const { status, body, next } = answerMetadata({ ...call, method, path: metadata });
    return { status, body, headers: next ? { link: `<${path}?${next}>; rel="next"` } : {} };
  }
  if (method === 'DELETE' && route?.[2] === 'manifests') {
    const [, name = '', , digest = ''] = route;
    if (removeManifest(call.content, name, digest)) return { status: 202, headers: {}, body: undefined };
    return failure(404, 'MANIFEST_UNKNOWN', `manifest ${digest} is not found`);
  }
  if (method !== 'GET' && method !== 'HEAD') return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
  if (path === '/v2/') return { status: 200, headers: {}, body: {} };
  if (path === '/v2/_catalog')
    return { status: 200, headers: {}, body: { repositories: repositoryNames(call.content, call.now) } };
  if (!route) return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const [, name = '', kind, reference = ''] = route;
  if (!repositoryNames(call.content, call.now).includes(name)) {
    return failure(404, 'NAME_UNKNOWN', `repository name not known to registry: ${name}`);
  }
  if (kind === 'manifests') return manifest(call, name, reference);
  return { status: 200, headers: {}, body: { name, tags: tagNames(call.content, name, call.now) } };
}

function exchange(call: RegistryCall): RegistryReply {
  const principal = call.principalOf(call.form.get('access_token') ?? '');
  if (call.form.get('grant_type') !== 'access_token' || principal === undefined) {
    return failure(401, 'UNAUTHORIZED', 'the access token is missing or not valid');
  }
  return { status: 200, headers: {}, body: { refresh_token: sign(call, { kind: 'refresh', principal }) } };
}

function token(call: RegistryCall): RegistryReply {
  if (call.isAdmin) {
    const granted = call.form.get('scope') ?? call.query.get('scope') ?? '';
    return {
      status: 200,
      headers: {},
      body: { access_token: sign(call, { kind: 'access', principal: ADMIN_USER, scope: granted }) },
    };
  }
  const given = verify(call, call.form.get('refresh_token') ?? '');
  if (given?.kind !== 'refresh') return failure(401, 'UNAUTHORIZED', 'the refresh token is missing or not valid');
  const scope = call.form.get('scope') ?? call.query.get('scope') ?? '';
  if (!call.hasRole(given.principal, call.registry.id, PULLERS)) {
    return failure(403, 'DENIED', 'requested access to the resource is denied');
  }
  return {
    status: 200,
    headers: {},
    body: { access_token: sign(call, { kind: 'access', principal: given.principal, scope }) },
  };
}

function isAllowed(call: RegistryCall, scope: string): boolean {
  if (call.isAdmin) return true;
  const given = verify(call, call.bearer ?? '');
  if (given?.kind !== 'access') return false;
  if (call.path === '/v2/') return true;
  const [type, name, action = ''] = scope.split(':');
  const isAdmin = given.principal === ADMIN_USER;
  if (action === 'delete' && !isAdmin && !call.hasRole(given.principal, call.registry.id, DELETERS)) return false;
  // A token may carry several scopes and more actions than are needed; who may pull may read what is there.
  const enough = action === 'delete' ? ['delete', '*'] : ['pull', '*', action];
  return (given.scope ?? '').split(' ').some((one) => {
    const [ownType, ownName, actions = ''] = one.split(':');
    return ownType === type && ownName === name && actions.split(',').some((own) => enough.includes(own));
  });
}

function manifest(call: RegistryCall, repository: string, reference: string): RegistryReply {
  const found = findManifest(call.content, repository, reference, call.now);
  if (!found) {
    const what = reference.startsWith('sha256:')
      ? `manifest ${reference} is not found`
      : `manifest tagged by "${reference}" is not found`;
    return failure(404, 'MANIFEST_UNKNOWN', what);
  }
  return {
    status: 200,
    headers: { 'content-type': MANIFEST_TYPE, 'docker-content-digest': found.digest, etag: `"${found.digest}"` },
    body: { schemaVersion: 2, mediaType: MANIFEST_TYPE, config: { digest: found.digest, size: 1570 }, layers: [] },
  };
}

interface TokenContent {
  readonly kind: 'refresh' | 'access';
  readonly principal: string;
  readonly scope?: string;
}

/** A JWT, as clients look into it for its end. */
function sign({ secret, now }: RegistryCall, token: TokenContent): string {
  const exp = Math.floor(now / 1000) + LIFETIME_IN_SECONDS[token.kind];
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ ...token, exp })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

function verify({ secret, now }: RegistryCall, given: string): TokenContent | undefined {
  const [header = '', payload = '', signature = ''] = given.split('.');
  if (signature !== createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')) return undefined;
  const token = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as TokenContent & { exp: number };
  return token.exp * 1000 > now ? token : undefined;
}

function failure(status: number, code: string, message: string): RegistryReply {
  return { status, headers: {}, body: { errors: [{ code, message, detail: {} }] } };
}
