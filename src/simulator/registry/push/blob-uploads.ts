import { randomUUID } from 'node:crypto';
import { sha256 } from '../../../shared/json.ts';
import { failure, type RegistryReply } from '../access/registry-reply.ts';
import type { BlobStore } from '../blob-store.ts';
import type { RegistryContent } from '../content.ts';

/** What is sent to, or asked of, `/v2/REPOSITORY/blobs/…`. */
export interface BlobCall {
  readonly method: string;
  readonly repository: string;
  /** Below `blobs/`: `sha256:…`, `uploads/` or `uploads/ID`. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** `0-99`, of a chunk. */
  readonly range: string | undefined;
  readonly content: RegistryContent;
  readonly blobs: BlobStore;
}

/**
 * Layers and configurations on their way into a repository:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
export function answerBlobs(call: BlobCall): RegistryReply {
  const { method, rest } = call;
  const [, id] = /^uploads\/([^/]*)$/.exec(rest) ?? [];
  if (id === undefined) return method === 'GET' || method === 'HEAD' ? readBlob(call) : unsupported();
  if (id === '') return method === 'POST' ? beginUpload(call) : unsupported();
  const sent = call.blobs.get(partial(id));
  if (!sent) return failure(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  switch (method) {
    case 'GET':
      return { status: 204, headers: uploadHeaders(call, id, sent.length), body: undefined };
    case 'PATCH':
      return addChunk(call, id, sent);
    case 'PUT':
      return endUpload(call, id, Buffer.concat([sent, call.body]));
    case 'DELETE':
      call.blobs.drop(partial(id));
      return { status: 204, headers: {}, body: undefined };
    default:
      return unsupported();
  }
}

/** Whether a repository has a blob; others of the registry count only when they were mounted. */
export function hasBlob({ blobs = {} }: RegistryContent, repository: string, digest: string): boolean {
  return blobs[repository]?.includes(digest) === true;
}

export function blobContent(blobs: BlobStore, { loginServer }: RegistryContent, digest: string): Buffer | undefined {
  return blobs.get(kept(loginServer, digest));
}

function readBlob({ method, repository, rest, content, blobs }: BlobCall): RegistryReply {
  const found = hasBlob(content, repository, rest) ? blobContent(blobs, content, rest) : undefined;
  if (!found) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(found.length),
    'docker-content-digest': rest,
  };
  return { status: 200, headers, body: undefined, ...(method === 'GET' && { content: found }) };
}

function beginUpload(call: BlobCall): RegistryReply {
  const { query, content, repository, blobs } = call;
  const [mount, from] = [query.get('mount'), query.get('from')];
  if (mount && from && hasBlob(content, from, mount)) {
    keepName(content, repository, mount);
    return created(repository, mount);
  }
  const id = randomUUID();
  const digest = query.get('digest');
  if (digest) return endUpload(call, id, call.body);
  blobs.put(partial(id), Buffer.alloc(0));
  return { status: 202, headers: uploadHeaders(call, id, 0), body: undefined };
}

/** Chunks come in order: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks */
function addChunk(call: BlobCall, id: string, sent: Buffer): RegistryReply {
  const [, start] = /^(\d+)-\d+$/.exec(call.range ?? '') ?? [];
  if (start !== undefined && Number(start) !== sent.length)
    return { ...failure(416, 'RANGE_INVALID', 'invalid content range'), headers: uploadHeaders(call, id, sent.length) };
  const all = Buffer.concat([sent, call.body]);
  call.blobs.put(partial(id), all);
  return { status: 202, headers: uploadHeaders(call, id, all.length), body: undefined };
}

function endUpload({ query, content, repository, blobs }: BlobCall, id: string, all: Buffer): RegistryReply {
  const digest = query.get('digest') ?? '';
  if (`sha256:${sha256(all)}` !== digest)
    return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  blobs.put(kept(content.loginServer, digest), all);
  blobs.drop(partial(id));
  keepName(content, repository, digest);
  return created(repository, digest);
}

function keepName(content: RegistryContent, repository: string, digest: string): void {
  const own = content.blobs?.[repository] ?? [];
  content.blobs = { ...content.blobs, [repository]: [...new Set([...own, digest])] };
}

function created(repository: string, digest: string): RegistryReply {
  const headers = { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest };
  return { status: 201, headers, body: undefined };
}

function uploadHeaders({ repository }: BlobCall, id: string, length: number): Record<string, string> {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, length - 1)}`,
    'docker-upload-uuid': id,
  };
}

function unsupported(): RegistryReply {
  return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
}

/** Each in a container of its own: those of one have a limited number of blobs. */
function partial(id: string): string {
  return `upload-${id}/content`;
}

function kept(loginServer: string, digest: string): string {
  return `${loginServer}-${digest}/content`;
}
