import { isJsonObject, type Json, type JsonObject, jsonAt, sha256 } from '../../../shared/json.ts';
import { failure, type RegistryReply } from '../access/registry-reply.ts';
import type { BlobStore } from '../blob-store.ts';
import { findManifest, type Push, type RegistryContent } from '../content.ts';
import { blobContent, hasBlob } from './blob-uploads.ts';
import { platformOf, pushedBehaviour } from './pushed-image.ts';

/** Kinds of manifests: of an image, and of an index of images for several machines. */
const IMAGES = ['application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.oci.image.manifest.v1+json'];
const INDEXES = [
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

interface ManifestCall {
  readonly repository: string;
  /** A tag, or the digest of what is sent. */
  readonly reference: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  readonly content: RegistryContent;
  readonly blobs: BlobStore;
  readonly now: number;
}

type Described = Pick<Push, 'behaviour' | 'platforms'>;

/**
 * `PUT /v2/REPOSITORY/manifests/REFERENCE`: everything that it names must be there
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests).
 */
export function putManifest(call: ManifestCall): RegistryReply {
  const { repository, reference, body, content, now } = call;
  const text = body.toString('utf8');
  const manifest = parsed(text);
  const mediaType = String(jsonAt(manifest ?? {}, 'mediaType') ?? call.contentType ?? '');
  if (!manifest || (!IMAGES.includes(mediaType) && !INDEXES.includes(mediaType)))
    return failure(400, 'MANIFEST_INVALID', 'manifest invalid');
  const digest = `sha256:${sha256(body)}`;
  const isDigest = reference.startsWith('sha256:');
  if (isDigest && reference !== digest)
    return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  if (!isDigest && !/^\w[\w.-]{0,127}$/.test(reference))
    return failure(400, 'TAG_INVALID', 'manifest tag did not match URI');
  const described = IMAGES.includes(mediaType) ? image(call, manifest) : index(call, manifest);
  if ('status' in described) return described;
  content.manifests = { ...content.manifests, [digest]: { mediaType, text } };
  const pushedAt = new Date(now).toISOString();
  content.pushes.push({ repository, tag: isDigest ? '' : reference, digest, pushedAt, ...described });
  const headers = { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest };
  return { status: 201, headers, body: undefined };
}

function image({ repository, content, blobs }: ManifestCall, manifest: JsonObject): Described | RegistryReply {
  const names = [manifest.config ?? null, ...list(manifest.layers)].map(digestOf);
  const missing = names.find((digest) => !hasBlob(content, repository, digest));
  if (missing !== undefined) return failure(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing}`);
  // The configuration of what is no image, e.g. an attestation, is read as one of an image without a platform.
  const configuration = parsed(blobContent(blobs, content, names[0] ?? '')?.toString('utf8') ?? '') ?? {};
  const platform = platformOf(configuration);
  return { behaviour: pushedBehaviour(configuration), ...(platform !== undefined && { platforms: [platform] }) };
}

function index({ repository, content, now }: ManifestCall, manifest: JsonObject): Described | RegistryReply {
  const entries = list(manifest.manifests).map((entry) => ({
    push: findManifest(content, repository, digestOf(entry), now),
    platform: platformOf(jsonAt(entry, 'platform')),
  }));
  if (entries.some(({ push }) => !push)) return failure(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry');
  const images = entries.flatMap(({ push, platform }) => (push && platform !== undefined ? [{ push, platform }] : []));
  const chosen = images.find(({ platform }) => platform === 'linux/amd64') ?? images[0];
  if (!chosen) return failure(400, 'MANIFEST_INVALID', 'manifest invalid');
  return { behaviour: chosen.push.behaviour, platforms: images.map(({ platform }) => platform) };
}

function digestOf(entry: Json): string {
  return String(jsonAt(entry, 'digest') ?? '');
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Whatever is no JSON is no manifest.
    return undefined;
  }
}
