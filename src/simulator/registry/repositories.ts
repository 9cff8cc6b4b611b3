import type { JsonObject } from '../../shared/json.ts';
import type { Push, RegistryContent } from './content.ts';

/** What one page of ACR's own metadata API says, or that there is no such thing. */
export interface MetadataReply {
  readonly status: 200 | 202 | 404;
  readonly body: JsonObject;
  /** Query of the next page. */
  readonly next?: URLSearchParams;
}

export interface MetadataRequest {
  readonly method: 'GET' | 'DELETE';
  /** Below `/acr/v1/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly content: RegistryContent;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const PAGE_SIZE = 100;
const ATTRIBUTES = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };
export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/** `/acr/v1/…`: catalog, repositories, tags and manifests; https://learn.microsoft.com/rest/api/containerregistry/. */
export function answerMetadata(request: MetadataRequest): MetadataReply {
  const { method, path, query, content, now } = request;
  if (method === 'GET' && path === '_catalog') {
    const { items, next } = page(repositoryNames(content, now), (name) => name, query);
    return { status: 200, body: { repositories: items.length > 0 ? items : null }, ...(next && { next }) };
  }
  const [, name = '', kind, reference] = /^(.+?)(?:\/(_tags|_manifests)(?:\/(.+))?)?$/.exec(path) ?? [];
  const repository = repositoryOf(content, name, now);
  if (!repository) return missing('NAME_UNKNOWN', `repository name not known to registry: ${name}`);
  const named = { registry: content.loginServer, imageName: name };
  if (method === 'DELETE') return remove(content, repository, kind, reference);
  if (kind === undefined) return { status: 200, body: { ...named, ...repositoryBody(repository) } };
  const bodies = kind === '_tags' ? tagBodies(repository, query.get('digest')) : manifestBodies(repository);
  const key = kind === '_tags' ? 'name' : 'digest';
  if (reference === undefined) {
    const { items, next } = page(bodies, (one) => String(one[key]), query);
    return { status: 200, body: { ...named, [kind.slice(1)]: items }, ...(next && { next }) };
  }
  const found = bodies.find((one) => one[key] === reference);
  if (!found) return missing(`${kind === '_tags' ? 'TAG' : 'MANIFEST'}_UNKNOWN`, `${reference} is not found`);
  return { status: 200, body: { ...named, [kind === '_tags' ? 'tag' : 'manifest']: found } };
}

export function repositoryNames(content: RegistryContent, now: number): string[] {
  return [...new Set(content.pushes.filter((push) => isThere(push, now)).map((push) => push.repository))].toSorted();
}

/** Names of the tags of a repository, in order. */
export function tagNames(content: RegistryContent, name: string, now: number): string[] {
  const repository = repositoryOf(content, name, now);
  return repository ? [...repository.tags.keys()].toSorted() : [];
}

/** Takes a manifest with all its tags out of a repository; false when it is not there. */
export function removeManifest(content: RegistryContent, repository: string, digest: string): boolean {
  const left = content.pushes.filter((push) => push.repository !== repository || push.digest !== digest);
  const isRemoved = left.length < content.pushes.length;
  content.pushes = left;
  return isRemoved;
}

interface Repository {
  readonly name: string;
  /** Tag → the push that moved it last. */
  readonly tags: ReadonlyMap<string, Push>;
  /** Digest → its pushes, oldest first. */
  readonly manifests: ReadonlyMap<string, readonly Push[]>;
}

function repositoryOf(content: RegistryContent, name: string, now: number): Repository | undefined {
  const pushes = content.pushes.filter((push) => push.repository === name && isThere(push, now));
  if (pushes.length === 0) return undefined;
  return {
    name,
    tags: new Map(pushes.filter(({ tag }) => tag !== '').map((push) => [push.tag, push])),
    manifests: Map.groupBy(pushes, ({ digest }) => digest),
  };
}

function isThere({ pushedAt }: Push, now: number): boolean {
  return Date.parse(pushedAt) <= now;
}

function repositoryBody({ tags, manifests }: Repository): JsonObject {
  const all = [...manifests.values()].flat();
  return {
    ...times(all),
    manifestCount: manifests.size,
    tagCount: tags.size,
    changeableAttributes: { ...ATTRIBUTES },
  };
}

function tagBodies({ tags }: Repository, digest: string | null): JsonObject[] {
  return [...tags.values()]
    .filter((push) => digest === null || push.digest === digest)
    .toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
    .map((push) => ({
      name: push.tag,
      digest: push.digest,
      ...times([push]),
      signed: false,
      changeableAttributes: { ...ATTRIBUTES },
    }));
}

function manifestBodies({ tags, manifests }: Repository): JsonObject[] {
  return [...manifests]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([digest, pushes]) => ({
      digest,
      imageSize: 1570,
      ...times(pushes),
      architecture: platformOf(pushes).split('/')[1] ?? '',
      os: platformOf(pushes).split('/')[0] ?? '',
      mediaType: MANIFEST_TYPE,
      tags: [...tags.values()].filter((push) => push.digest === digest).map(({ tag }) => tag),
      changeableAttributes: { ...ATTRIBUTES },
    }));
}

function platformOf(pushes: readonly Push[]): string {
  return pushes.at(-1)?.platforms?.[0] ?? 'linux/amd64';
}

function times(pushes: readonly Push[]): JsonObject {
  const all = pushes.map(({ pushedAt }) => pushedAt).toSorted();
  return { createdTime: all[0] ?? null, lastUpdateTime: all.at(-1) ?? null };
}

/** A repository, a tag (its manifest stays, without it) or a manifest. */
function remove(
  content: RegistryContent,
  { name, tags, manifests }: Repository,
  kind: string | undefined,
  reference: string | undefined,
): MetadataReply {
  if (kind === undefined) {
    content.pushes = content.pushes.filter(({ repository }) => repository !== name);
    return { status: 202, body: { manifestsDeleted: [...manifests.keys()], tagsDeleted: [...tags.keys()] } };
  }
  if (kind === '_tags' && reference !== undefined && tags.has(reference)) {
    content.pushes = content.pushes.map((push) =>
      push.repository === name && push.tag === reference ? { ...push, tag: '' } : push,
    );
    return { status: 202, body: {} };
  }
  if (kind === '_manifests' && reference !== undefined && removeManifest(content, name, reference)) {
    return { status: 202, body: {} };
  }
  return missing('MANIFEST_UNKNOWN', `${reference ?? kind} is not found`);
}

/** `n` entries after `last`, as the distribution API does. */
function page<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  query: URLSearchParams,
): { readonly items: T[]; readonly next?: URLSearchParams } {
  const size = Math.max(1, Math.min(1000, Number(query.get('n') ?? PAGE_SIZE) || PAGE_SIZE));
  const last = query.get('last') ?? '';
  const rest = all.filter((item) => nameOf(item) > last);
  const items = rest.slice(0, size);
  const end = items.at(-1);
  if (items.length === rest.length || end === undefined) return { items };
  const next = new URLSearchParams(query);
  next.set('last', nameOf(end));
  next.set('n', String(size));
  return { items, next };
}

function missing(code: string, message: string): MetadataReply {
  return { status: 404, body: { errors: [{ code, message, detail: {} }] } };
}
