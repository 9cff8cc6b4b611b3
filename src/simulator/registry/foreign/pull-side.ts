import type { JsonObject } from '../../../shared/json.ts';
import { bearerOf, type HttpReply, type HttpRequest, headerOf } from '../../http.ts';
import type { World } from '../../world.ts';
import { failure, type RegistryReply } from '../access/registry-reply.ts';
import { type ImageReference, parseImageReference } from '../content.ts';
import { answerBlobStorage, signedBlobUrl } from './blob-storage.ts';
import { isDenied, isNowhere, judgePull } from './foreign-image.ts';
import { blobAt, imageAt } from './found-images.ts';
import type { Manifest } from './image-content.ts';
import { answerTokenRequest, type Puller, pullerOf } from './pull-tokens.ts';
import { type Registry, registryAt, registryOfRealm, registryOfStorage } from './registries.ts';

/** What is asked of a repository. */
interface Call {
  readonly world: World;
  readonly registry: Registry;
  readonly request: HttpRequest;
  /** As the path has it. */
  readonly repository: string;
  readonly image: ImageReference;
  readonly kind: string;
}

/**
 * What a registry that is not Azure's answers to who pulls, and its token server, and the storage that it leads to
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull); undefined of hosts that are none of these.
 */
export function answerForeignRegistry(world: World, request: HttpRequest): HttpReply | undefined {
  const { host, authority, path } = request;
  const storing = registryOfStorage(host);
  if (storing) return answerBlobStorage(world, storing, request);
  const issuing = registryOfRealm(authority, path);
  if (issuing) return httpReply(answerTokenRequest(world, issuing, request));
  const registry = registryAt(authority, path);
  return registry && httpReply(answerPull(world, registry, request));
}

function httpReply({ status, headers, body, content }: RegistryReply): HttpReply {
  const version = { 'docker-distribution-api-version': 'registry/2.0' };
  const sent = content ?? (body && JSON.stringify(body));
  return {
    status,
    headers: { ...version, ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(sent !== undefined && { body: sent }),
  };
}

function answerPull(world: World, registry: Registry, request: HttpRequest): RegistryReply {
  const { method, path } = request;
  const puller = pullerOf(world, registry, bearerOf(request) ?? '');
  if (path === '/v2/') {
    if (puller || registry.realm === undefined) return { status: 200, headers: {}, body: {} };
    return challenge(registry, undefined, headerOf(request, 'authorization') && 'invalid_token');
  }
  const [, repository = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
  // To list tags is no part of pulling: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#workflow-categories
  if (kind === undefined || (method !== 'GET' && method !== 'HEAD'))
    return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
  const image = parseImageReference(`${registry.name}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`);
  if (!image) return failure(400, 'NAME_INVALID', 'invalid repository name');
  const call: Call = { world, registry, request, repository, image, kind };
  return closedDoor(call, puller) ?? (kind === 'blobs' ? blob(call, puller) : manifest(call, puller));
}

/** What is said to who must prove first that he may pull from the repository, or has proven something else. */
function closedDoor({ world, registry, request, repository, image }: Call, puller?: Puller): RegistryReply | undefined {
  if (registry.realm === undefined) return undefined;
  if (puller) return isFor(puller, registry, repository) ? undefined : denial(registry, repository);
  const authorization = headerOf(request, 'authorization');
  if (authorization === undefined && registry.isOpen && !isDenied(world.state.behaviour.images, image, undefined))
    return undefined;
  // Who comes with a password instead of a token: https://github.com/renovatebot/renovate/issues/11446
  if (authorization?.startsWith('Basic ') && registry.denial.status === 403) return denial(registry, repository);
  return challenge(registry, repository, authorization && 'invalid_token');
}

function isFor({ scopes }: Puller, { scope }: Registry, repository: string): boolean {
  return scopes.some((one) => {
    const [, name, actions = ''] = /^repository:(.+):([^:]+)$/.exec(one) ?? [];
    return one === scope || (name === repository && actions.split(',').includes('pull'));
  });
}

function challenge(registry: Registry, repository: string | undefined, error?: string): RegistryReply {
  const { realm, service, denial: said, placeholder } = registry;
  const { scope = repository === undefined ? placeholder : `repository:${repository}:pull` } = registry;
  const parts = { realm, service, scope, error };
  const told = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]));
  const message = said.status === 401 ? said.message : 'authentication required';
  const detail = repository === undefined ? {} : [{ Type: 'repository', Class: '', Name: repository, Action: 'pull' }];
  const headers = { 'www-authenticate': `Bearer ${told.join(',')}` };
  return { ...failure(401, 'UNAUTHORIZED', message, detail), headers };
}

function denial(registry: Registry, repository: string): RegistryReply {
  const { status, code, message } = registry.denial;
  return status === 401 ? challenge(registry, repository, 'insufficient_scope') : failure(status, code, message);
}

function manifest({ world, registry, request, repository, image }: Call, puller?: Puller): RegistryReply {
  // Docker Hub's own images have short names, but no short addresses: https://github.com/distribution/distribution/issues/4354
  const isAddress = registry.name !== 'docker.io' || repository.includes('/');
  const found = isAddress ? imageAt(world, image, puller?.account) : 'denied';
  if (found === 'denied') return denial(registry, repository);
  if (found === 'missing') return missing(world, image);
  const digest = image.digest ?? found.digest;
  const wanted = found.manifests.get(digest);
  if (!wanted) return missing(world, image);
  return (
    unacceptable(wanted, request) ?? {
      status: 200,
      headers: {
        ...{ 'content-type': wanted.mediaType, 'content-length': String(wanted.bytes.length) },
        ...{ 'docker-content-digest': digest, etag: `"${digest}"` },
        ...(registry.isLimited && limits(puller)),
      },
      body: undefined,
      content: wanted.bytes,
    }
  );
}

function missing({ state }: World, image: ImageReference): RegistryReply {
  if (isNowhere(state.behaviour.images, image))
    return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: image.repository });
  const { tag, digest } = image;
  const detail: JsonObject = digest === undefined ? { Tag: tag ?? '' } : { Digest: digest };
  return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown', detail);
}

/** A form of OCI is given only to who takes it: https://github.com/distribution/distribution/blob/v2.8.3/registry/handlers/manifests.go */
function unacceptable({ mediaType }: Manifest, request: HttpRequest): RegistryReply | undefined {
  const accepted = (headerOf(request, 'accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim());
  const [, form] = /^application\/vnd\.oci\.image\.(index|manifest)\./.exec(mediaType) ?? [];
  if (form === undefined || accepted.includes(mediaType)) return undefined;
  const forms = form === 'index' ? 'indexes' : 'manifests';
  return failure(404, 'MANIFEST_UNKNOWN', `OCI ${form} found, but accept header does not support OCI ${forms}`);
}

/** Never used up here: https://docs.docker.com/docker-hub/usage/pulls/; to be refused is a fault. */
function limits(puller: Puller | undefined): Record<string, string> {
  const limit = puller?.account === undefined ? 100 : 200;
  return {
    'ratelimit-limit': `${limit};w=21600`,
    'ratelimit-remaining': `${limit - 1};w=21600`,
    'docker-ratelimit-source': puller?.account ?? '192.0.2.1',
  };
}

function blob({ world, registry, repository, image }: Call, puller?: Puller): RegistryReply {
  const { digest = '' } = image;
  const found = blobAt(world, image, digest);
  if (!found) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
  const { images } = world.state.behaviour;
  const isFree = found.images.some((one) => typeof judgePull(images, one, puller?.account) !== 'string');
  if (!isFree) return denial(registry, repository);
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  if (registry.storage) {
    const { host, status } = registry.storage;
    const location = signedBlobUrl(world, host, image, digest);
    return { status, headers: { ...headers, location }, body: undefined };
  }
  const length = { 'content-length': String(found.bytes.length) };
  return { status: 200, headers: { ...headers, ...length }, body: undefined, content: found.bytes };
}
