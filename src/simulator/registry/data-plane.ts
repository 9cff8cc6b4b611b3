import type { RegistryCall } from './access/registry-call.ts';
import { failure, type RegistryReply } from './access/registry-reply.ts';
import { accessToken, exchangeToken, isAllowed } from './access/tokens.ts';
import { findManifest } from './content.ts';
import { answerBlobs } from './push/blob-uploads.ts';
import { putManifest } from './push/manifests.ts';
import { answerMetadata, MANIFEST_TYPE, removeManifest, repositoryNames, tagNames } from './repositories.ts';

interface Route {
  readonly repository: string;
  readonly kind: 'manifests' | 'tags' | 'blobs';
  /** Tag or digest, or what is below `blobs/`. */
  readonly rest: string;
}

/**
 * One request to a registry's login server: the token exchange (Entra token → refresh token → access token,
 * https://aka.ms/acr/auth), ACR's metadata, and the distribution API.
 */
export function answerRegistry(call: RegistryCall): RegistryReply {
  const { method, path } = call;
  if (method === 'POST' && path === '/oauth2/exchange') return exchangeToken(call);
  if (path === '/oauth2/token' && (method === 'POST' || method === 'GET')) return accessToken(call);
  const [, metadata] = /^\/acr\/v1\/(.+)$/.exec(path) ?? [];
  if (metadata === undefined && !path.startsWith('/v2/')) return failure(404, 'NOT_FOUND', 'page not found');
  const route = routeOf(path);
  const scope = scopeOf(call, route, metadata);
  if (!isAllowed(call, scope)) return challenge(call, scope);
  if (metadata !== undefined && (method === 'GET' || method === 'DELETE')) {
    const { status, body, next } = answerMetadata({ ...call, method, path: metadata });
    return { status, body, headers: next ? { link: `<${path}?${next}>; rel="next"` } : {} };
  }
  if (route?.kind === 'blobs') return answerBlobs({ ...call, ...route, range: call.contentRange });
  if (route?.kind === 'manifests' && method === 'PUT')
    return putManifest({ ...call, repository: route.repository, reference: route.rest, contentType: call.contentType });
  if (route?.kind === 'manifests' && method === 'DELETE') {
    if (removeManifest(call.content, route.repository, route.rest))
      return { status: 202, headers: {}, body: undefined };
    return failure(404, 'MANIFEST_UNKNOWN', `manifest ${route.rest} is not found`);
  }
  if (method !== 'GET' && method !== 'HEAD') return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
  return read(call, route);
}

function routeOf(path: string): Route | undefined {
  const [, repository, kind, rest] =
    /^\/v2\/(.+?)\/(?:(blobs)\/((?:uploads\/[^/]*|[^/]+))|(manifests|tags)\/([^/]+))$/
      .exec(path)
      ?.filter((part) => part !== undefined) ?? [];
  if (repository === undefined || kind === undefined || rest === undefined) return undefined;
  return { repository, kind: kind as Route['kind'], rest };
}

function scopeOf({ method }: RegistryCall, route: Route | undefined, metadata: string | undefined): string {
  const repository = metadata?.replace(/\/_(tags|manifests)(\/.*)?$/, '') ?? route?.repository;
  if (repository === undefined || repository === '_catalog') return 'registry:catalog:*';
  const isUpload = route?.kind === 'blobs' && route.rest.startsWith('uploads/');
  if (method === 'DELETE' && !isUpload) return `repository:${repository}:delete`;
  if (metadata !== undefined) return `repository:${repository}:metadata_read`;
  const isRead = (method === 'GET' || method === 'HEAD') && !isUpload;
  return `repository:${repository}:${isRead ? 'pull' : 'pull,push'}`;
}

function challenge({ content: { loginServer }, path }: RegistryCall, scope: string): RegistryReply {
  // Of the API itself, before anything of it is asked for, no scope is named.
  const wanted = path === '/v2/' ? '' : `,scope="${scope}"`;
  return {
    ...failure(
      401,
      'UNAUTHORIZED',
      'authentication required, visit https://aka.ms/acr/authorization for more information.',
    ),
    headers: {
      'www-authenticate': `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"${wanted}`,
      'docker-distribution-api-version': 'registry/2.0',
    },
  };
}

function read(call: RegistryCall, route: Route | undefined): RegistryReply {
  const { path, content, now } = call;
  if (path === '/v2/') return { status: 200, headers: {}, body: {} };
  if (path === '/v2/_catalog')
    return { status: 200, headers: {}, body: { repositories: repositoryNames(content, now) } };
  if (!route) return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const { repository: name, kind, rest } = route;
  if (!repositoryNames(content, now).includes(name)) {
    return failure(404, 'NAME_UNKNOWN', `repository name not known to registry: ${name}`);
  }
  if (kind === 'manifests') return manifest(call, name, rest);
  return { status: 200, headers: {}, body: { name, tags: tagNames(content, name, now) } };
}

/** As it was pushed; of an image that was built or imported here, one that names its digest. */
function manifest({ method, content, now }: RegistryCall, repository: string, reference: string): RegistryReply {
  const found = findManifest(content, repository, reference, now);
  if (!found) {
    const what = reference.startsWith('sha256:')
      ? `manifest ${reference} is not found`
      : `manifest tagged by "${reference}" is not found`;
    return failure(404, 'MANIFEST_UNKNOWN', what);
  }
  const pushed = content.manifests?.[found.digest];
  const mediaType = pushed?.mediaType ?? MANIFEST_TYPE;
  const headers = { 'content-type': mediaType, 'docker-content-digest': found.digest, etag: `"${found.digest}"` };
  if (pushed) {
    const bytes = Buffer.from(pushed.text);
    const sent = { ...headers, 'content-length': String(bytes.length) };
    return { status: 200, headers: sent, body: undefined, ...(method === 'GET' && { content: bytes }) };
  }
  return {
    status: 200,
    headers,
    body: { schemaVersion: 2, mediaType, config: { digest: found.digest, size: 1570 }, layers: [] },
  };
}
