import { type HttpReply, type HttpRequest, headerOf } from '../../http.ts';
import { conditionProblem, heldLease, leaseProblem } from './blob-conditions.ts';
import {
  type ContainerBlobs,
  contentOf,
  dropContent,
  findBlob,
  keepContent,
  newEtag,
  writeBlob,
} from './blob-content.ts';
import { answerLease } from './blob-lease.ts';
import type { BlobCreated, BlobRecord } from './blob-record.ts';
import { blobFailure } from './blob-reply.ts';
import { assembleBlocks, contentProblem, md5, putBlock } from './blocks.ts';

/**
 * One operation on a blob: whole block blobs, blocks and their list, append blobs, ranges, properties, metadata, leases, deletion
 * (https://learn.microsoft.com/rest/api/storageservices/operations-on-blobs). What is not among them is refused as not there, so
 * that nobody takes it for done: pages, copies, snapshots, tiers, tags.
 */
export function answerBlobOperation(blobs: ContainerBlobs, name: string, request: HttpRequest): HttpReply {
  const component = request.query.get('comp') ?? '';
  switch (`${request.method} ${component}`.trim()) {
    case 'PUT':
      return putBlob(blobs, name, request);
    case 'PUT appendblock':
      return appendBlock(blobs, name, request);
    case 'PUT block':
      return putBlockOf(blobs, name, request);
    case 'PUT blocklist':
      return putBlockList(blobs, name, request);
    case 'PUT metadata':
      return withBlob(blobs, name, request, (found) => setMetadata(blobs, found, request));
    case 'PUT lease':
      return withBlob(blobs, name, request, (found) => answerLease(blobs.world, found, request), false);
    case 'GET':
    case 'HEAD':
      return withBlob(blobs, name, request, (found) => read(blobs, found, request), false);
    case 'DELETE':
      return withBlob(blobs, name, request, (found) => remove(blobs, name, found));
    default:
      return blobFailure(400, 'UnsupportedQueryParameter', 'The simulator has no such operation on blobs.');
  }
}

/** The roles' data action for an operation: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory */
export function dataActionOf({ method }: HttpRequest): 'read' | 'write' | 'delete' {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'DELETE' ? 'delete' : 'write';
}

function withBlob(
  blobs: ContainerBlobs,
  name: string,
  request: HttpRequest,
  act: (found: BlobRecord) => HttpReply,
  needsLease = true,
): HttpReply {
  const found = findBlob(blobs, name);
  if (!found) return blobFailure(404, 'BlobNotFound', 'The specified blob does not exist.');
  const problem =
    conditionProblem(request, found, false) ?? (needsLease ? leaseProblem(blobs.world, request, found) : undefined);
  return problem ?? act(found);
}

function putBlob(blobs: ContainerBlobs, name: string, request: HttpRequest): HttpReply {
  const type = headerOf(request, 'x-ms-blob-type');
  if (type !== 'BlockBlob' && type !== 'AppendBlob') {
    return blobFailure(400, 'InvalidHeaderValue', 'The simulator has block blobs and append blobs: x-ms-blob-type.');
  }
  if (headerOf(request, 'x-ms-copy-source') !== undefined) return blobFailure(400, 'UnsupportedHeader');
  const found = findBlob(blobs, name);
  const problem =
    contentProblem(request, 'blob') ??
    conditionProblem(request, found, true) ??
    leaseProblem(blobs.world, request, found);
  if (problem) return problem;
  const bytes = type === 'AppendBlob' ? Buffer.alloc(0) : request.body;
  const record = writeBlob(blobs, name, bytes, { type, ...described(request) });
  tell(blobs, name, record, 'PutBlob');
  return { status: 201, headers: { ...stamp(record), 'content-md5': md5(bytes) } };
}

/** https://learn.microsoft.com/rest/api/storageservices/append-block */
function appendBlock(blobs: ContainerBlobs, name: string, request: HttpRequest): HttpReply {
  return withBlob(blobs, name, request, (found) => {
    if (found.type !== 'AppendBlob')
      return blobFailure(409, 'InvalidBlobType', 'The blob type is invalid for this operation.');
    const offset = found.length;
    const wanted = headerOf(request, 'x-ms-blob-condition-appendpos');
    if (wanted !== undefined && Number(wanted) !== offset) {
      return blobFailure(412, 'AppendPositionConditionNotMet', 'The append position condition specified was not met.');
    }
    const whole = Buffer.concat([contentOf(blobs, found), request.body]);
    dropContent(blobs, found.content);
    replace(blobs, found, { content: keepContent(blobs, whole), length: whole.length, blocks: found.blocks + 1 });
    const headers = {
      ...stamp(found),
      'x-ms-blob-append-offset': String(offset),
      'x-ms-blob-committed-block-count': String(found.blocks),
    };
    return { status: 201, headers };
  });
}

function putBlockOf(blobs: ContainerBlobs, name: string, request: HttpRequest): HttpReply {
  const found = blobs.records[name];
  const problem = leaseProblem(blobs.world, request, found);
  if (problem) return problem;
  if (found && found.type !== 'BlockBlob')
    return blobFailure(409, 'InvalidBlobType', 'The blob type is invalid for this operation.');
  const now = new Date(blobs.world.now()).toISOString();
  const record: BlobRecord = found ?? {
    ...{ type: 'BlockBlob', etag: newEtag(), length: 0, content: '', contentType: '', metadata: {}, blocks: 0 },
    ...{ createdAt: now, updatedAt: now, uncommitted: true },
  };
  const reply = putBlock(blobs, record, request);
  if (reply.status === 201) blobs.records[name] = record;
  return reply;
}

function putBlockList(blobs: ContainerBlobs, name: string, request: HttpRequest): HttpReply {
  const found = findBlob(blobs, name);
  const problem = conditionProblem(request, found, true) ?? leaseProblem(blobs.world, request, found);
  if (problem) return problem;
  const content = found && contentOf(blobs, found);
  const assembled = assembleBlocks(blobs, blobs.records[name] ?? {}, request, content);
  if ('refused' in assembled) return assembled.refused;
  const record = writeBlob(blobs, name, assembled.bytes, { type: 'BlockBlob', ...described(request) });
  record.committed = assembled.committed;
  tell(blobs, name, record, 'PutBlockList');
  return { status: 201, headers: stamp(record) };
}

function setMetadata(_blobs: ContainerBlobs, found: BlobRecord, request: HttpRequest): HttpReply {
  replace(_blobs, found, { metadata: described(request).metadata });
  return { status: 200, headers: stamp(found) };
}

function read(blobs: ContainerBlobs, found: BlobRecord, request: HttpRequest): HttpReply {
  const content = contentOf(blobs, found);
  const range = /^bytes=(\d+)-(\d*)$/.exec(headerOf(request, 'x-ms-range') ?? headerOf(request, 'range') ?? '');
  const start = Number(range?.[1] ?? 0);
  if (range && start >= content.length) {
    return blobFailure(416, 'InvalidRange', 'The range specified is invalid for the current size of the resource.');
  }
  const end = range?.[2] ? Math.min(Number(range[2]) + 1, content.length) : content.length;
  const body = content.subarray(start, end);
  return {
    status: range && request.method === 'GET' ? 206 : 200,
    headers: {
      ...stamp(found),
      ...Object.fromEntries(Object.entries(found.metadata).map(([name, value]) => [`x-ms-meta-${name}`, value])),
      'content-type': found.contentType,
      'content-length': String(request.method === 'HEAD' ? content.length : body.length),
      'accept-ranges': 'bytes',
      'x-ms-blob-type': found.type,
      'x-ms-creation-time': new Date(found.createdAt).toUTCString(),
      'x-ms-lease-state': heldLease(blobs.world, found) ? 'leased' : 'available',
      'x-ms-lease-status': heldLease(blobs.world, found) ? 'locked' : 'unlocked',
      ...(found.type === 'AppendBlob' && { 'x-ms-blob-committed-block-count': String(found.blocks) }),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
    },
    body,
  };
}

function remove(blobs: ContainerBlobs, name: string, found: BlobRecord): HttpReply {
  dropContent(blobs, found.content);
  delete blobs.records[name];
  return { status: 202, headers: { 'x-ms-delete-type-permanent': 'true' } };
}

function replace({ world }: ContainerBlobs, found: BlobRecord, changes: Partial<BlobRecord>): void {
  Object.assign(found, changes, { etag: newEtag(), updatedAt: new Date(world.now()).toISOString() });
}

function described({ headers }: HttpRequest): Pick<BlobRecord, 'contentType' | 'metadata'> {
  const metadata = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    name.startsWith('x-ms-meta-') ? [[name.slice('x-ms-meta-'.length), String(value)]] : [],
  );
  const contentType = headers['x-ms-blob-content-type'] ?? headers['content-type'] ?? 'application/octet-stream';
  return { contentType: String(contentType), metadata: Object.fromEntries(metadata) };
}

function stamp({ etag, updatedAt }: BlobRecord): Record<string, string> {
  return { etag, 'last-modified': new Date(updatedAt).toUTCString() };
}

function tell(
  { world, accountId, account, container }: ContainerBlobs,
  blob: string,
  { etag, type, contentType, length, updatedAt }: BlobRecord,
  api: BlobCreated['api'],
): void {
  const url = `https://${account}.blob.core.windows.net/${container}/${blob}`;
  world.listeners.blobCreated?.({
    ...{ accountId, container, blob, api, url, etag, type, contentType, length },
    at: updatedAt,
  });
}
