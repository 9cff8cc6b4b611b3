import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import { Role } from '../container-apps/cloud.ts';
import { findManifest, type RegistryContent } from './content.ts';

export interface RegistryCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields of a form body. */
  readonly form: URLSearchParams;
  /** What stands after `Bearer` in the authorization header. */
  readonly bearer: string | undefined;
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

/** In the classic role mode the roles of the management plane allow pulling too. */
const PULLERS = [Role.acrPull, Role.acrPush, Role.contributor, Role.owner];

/**
 * One request to a registry's login server: the token exchange (Entra token → refresh token → access token,
 * https://aka.ms/acr/auth) and the reading part of the distribution API.
 */
export function answerRegistry(call: RegistryCall): RegistryReply {
  const { method, path } = call;
  if (method === 'POST' && path === '/oauth2/exchange') return exchange(call);
  if (path === '/oauth2/token' && (method === 'POST' || method === 'GET')) return token(call);
  if (!path.startsWith('/v2/')) return failure(404, 'NOT_FOUND', 'page not found');
  const route = /^\/v2\/(.+)\/(manifests|tags)\/([^/]+)$/.exec(path);
  const scope = route ? `repository:${route[1]}:pull` : 'registry:catalog:*';
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
  if (method !== 'GET' && method !== 'HEAD') return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
  if (path === '/v2/') return { status: 200, headers: {}, body: {} };
  if (path === '/v2/_catalog') return { status: 200, headers: {}, body: { repositories: repositories(call) } };
  if (!route) return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const [, repository = '', kind, reference = ''] = route;
  if (!repositories(call).includes(repository)) {
    return failure(404, 'NAME_UNKNOWN', `repository name not known to registry: ${repository}`);
  }
  return kind === 'tags' ? tags(call, repository) : manifest(call, repository, reference);
}

function exchange(call: RegistryCall): RegistryReply {
  const principal = call.principalOf(call.form.get('access_token') ?? '');
  if (call.form.get('grant_type') !== 'access_token' || principal === undefined) {
    return failure(401, 'UNAUTHORIZED', 'the access token is missing or not valid');
  }
  return { status: 200, headers: {}, body: { refresh_token: sign(call.secret, { kind: 'refresh', principal }) } };
}

function token(call: RegistryCall): RegistryReply {
  const given = verify(call.secret, call.form.get('refresh_token') ?? '');
  if (given?.kind !== 'refresh') return failure(401, 'UNAUTHORIZED', 'the refresh token is missing or not valid');
  const scope = call.form.get('scope') ?? call.query.get('scope') ?? '';
  if (!call.hasRole(given.principal, call.registry.id, PULLERS)) {
    return failure(403, 'DENIED', 'requested access to the resource is denied');
  }
  return {
    status: 200,
    headers: {},
    body: { access_token: sign(call.secret, { kind: 'access', principal: given.principal, scope }) },
  };
}

function isAllowed(call: RegistryCall, scope: string): boolean {
  const given = verify(call.secret, call.bearer ?? '');
  if (given?.kind !== 'access') return false;
  if (call.path === '/v2/') return true;
  const [type, name] = scope.split(':');
  // A token may carry several scopes and more actions than are needed.
  return (given.scope ?? '').split(' ').some((one) => one.startsWith(`${type}:${name}:`) && /pull|\*/.test(one));
}

function manifest(call: RegistryCall, repository: string, reference: string): RegistryReply {
  const found = findManifest(call.content, repository, reference, call.now);
  if (!found) {
    const what = reference.startsWith('sha256:')
      ? `manifest ${reference} is not found`
      : `manifest tagged by "${reference}" is not found`;
    return failure(404, 'MANIFEST_UNKNOWN', what);
  }
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  return {
    status: 200,
    headers: { 'content-type': type, 'docker-content-digest': found.digest, etag: `"${found.digest}"` },
    body: { schemaVersion: 2, mediaType: type, config: { digest: found.digest, size: 1570 }, layers: [] },
  };
}

function tags({ content, now }: RegistryCall, repository: string): RegistryReply {
  const names = content.pushes
    .filter((push) => push.repository === repository && Date.parse(push.pushedAt) <= now)
    .map(({ tag }) => tag);
  return { status: 200, headers: {}, body: { name: repository, tags: [...new Set(names)].toSorted() } };
}

function repositories({ content, now }: RegistryCall): string[] {
  const names = content.pushes
    .filter(({ pushedAt }) => Date.parse(pushedAt) <= now)
    .map(({ repository }) => repository);
  return [...new Set(names)].toSorted();
}

interface TokenContent {
  readonly kind: 'refresh' | 'access';
  readonly principal: string;
  readonly scope?: string;
}

function sign(secret: string, content: TokenContent): string {
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${payload}.${createHmac('sha256', secret).update(payload).digest('base64url')}`;
}

function verify(secret: string, given: string): TokenContent | undefined {
  const [payload = '', signature = ''] = given.split('.');
  if (signature !== createHmac('sha256', secret).update(payload).digest('base64url')) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as TokenContent;
}

function failure(status: number, code: string, message: string): RegistryReply {
  return { status, headers: {}, body: { errors: [{ code, message, detail: {} }] } };
}
