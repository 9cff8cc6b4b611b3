import { type Json, type JsonObject, sha256 } from '../../../shared/json.ts';
import type { ImageReference } from '../content.ts';
import { publicImage } from '../image.ts';
import { repositoryName } from './foreign-image.ts';

/** What containers run on, and what an image is for of which nothing else is known. */
export const PLATFORM = 'linux/amd64';

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';

export interface Manifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** An image as its registry has it; each part by the digest of its bytes. */
export interface ImageContent {
  /** Of what the tag leads to. */
  readonly digest: string;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** The parts while they are put together. */
interface Parts {
  readonly manifests: Map<string, Manifest>;
  readonly blobs: Map<string, Buffer>;
}

/**
 * What an image consists of is not known here, so it is made of its name, and always the same: for one platform a manifest with a
 * configuration, for several an index with an attestation beside the images, as buildx leaves them
 * (https://docs.docker.com/build/metadata/attestations/attestation-storage/). No bytes can be made for a digest that somebody else
 * computed; the manifest of such an image stands under the digest that it has been asked for.
 */
export function imageContent(reference: ImageReference, platforms: readonly string[] = [PLATFORM]): ImageContent {
  const parts: Parts = { manifests: new Map(), blobs: new Map() };
  const [only = PLATFORM] = platforms;
  const top = platforms.length > 1 ? addIndex(parts, reference, platforms) : addImage(parts, reference, only, 'docker');
  const digest = reference.digest ?? String(top.digest);
  const manifest = parts.manifests.get(String(top.digest));
  if (manifest) parts.manifests.set(digest, manifest);
  return { digest, ...parts };
}

function addIndex(parts: Parts, reference: ImageReference, platforms: readonly string[]): JsonObject {
  const images = platforms.map((platform) => ({
    ...addImage(parts, reference, platform, 'oci'),
    platform: described(platform),
  }));
  const attestations = images.map((image) => addAttestation(parts, image));
  return addManifest(parts, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [...images, ...attestations],
  });
}

function addImage(parts: Parts, reference: ImageReference, platform: string, form: 'docker' | 'oci'): JsonObject {
  // The end of an archive without files; its digest is that of the same layer unpacked.
  const archive = Buffer.alloc(1024);
  const layer = addBlob(parts, archive);
  const { exposedPorts } = publicImage(reference.repository);
  const config = addBlob(parts, {
    ...described(platform),
    config: {
      ExposedPorts: Object.fromEntries(exposedPorts.map((port) => [`${port}/tcp`, {}])),
      Labels: {
        'org.opencontainers.image.ref.name': `${repositoryName(reference)}:${reference.digest ?? reference.tag ?? 'latest'}`,
      },
    },
    rootfs: { type: 'layers', diff_ids: [layer.digest ?? null] },
  });
  const isOci = form === 'oci';
  return addManifest(parts, {
    schemaVersion: 2,
    mediaType: isOci ? OCI_MANIFEST : DOCKER_MANIFEST,
    config: { mediaType: isOci ? OCI_CONFIG : 'application/vnd.docker.container.image.v1+json', ...config },
    layers: [
      {
        mediaType: isOci ? 'application/vnd.oci.image.layer.v1.tar' : 'application/vnd.docker.image.rootfs.diff.tar',
        ...layer,
      },
    ],
  });
}

/** It names the image that it is about, and is for no machine. */
function addAttestation(parts: Parts, image: JsonObject): JsonObject {
  const subject = { name: '_', digest: { sha256: String(image.digest).replace('sha256:', '') } };
  const statement = addBlob(parts, {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [subject],
  });
  const platform = { architecture: 'unknown', os: 'unknown' };
  const config = addBlob(parts, { ...platform, rootfs: { type: 'layers', diff_ids: [statement.digest ?? null] } });
  const added = addManifest(parts, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, ...config },
    layers: [{ mediaType: 'application/vnd.in-toto+json', ...statement }],
  });
  const annotations = {
    'vnd.docker.reference.digest': image.digest ?? null,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  return { ...added, annotations, platform };
}

/** `linux/arm/v7` as configurations and indexes say it. */
function described(platform: string): JsonObject {
  const [os = '', architecture = '', variant] = platform.split('/');
  return { architecture, os, ...(variant !== undefined && { variant }) };
}

/** @returns what refers to it */
function addManifest({ manifests }: Parts, manifest: JsonObject): JsonObject {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const mediaType = String(manifest.mediaType);
  const digest = `sha256:${sha256(bytes)}`;
  manifests.set(digest, { mediaType, bytes });
  return { mediaType, digest, size: bytes.length };
}

function addBlob({ blobs }: Parts, content: Buffer | Json): JsonObject {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const digest = `sha256:${sha256(bytes)}`;
  blobs.set(digest, bytes);
  return { digest, size: bytes.length };
}
