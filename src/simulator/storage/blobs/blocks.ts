import { createHash } from 'node:crypto';
import { type HttpReply, type HttpRequest, headerOf } from '../../http.ts';
import { type ContainerBlobs, contentOf, dropContent, keepContent } from './blob-content.ts';
import type { BlockState } from './blob-record.ts';
import { blobFailure } from './blob-reply.ts';

const MIB = 1024 * 1024;
/**
 * What one request may carry, by the version of the service; newest first.
 * https://learn.microsoft.com/rest/api/storageservices/understanding-block-blobs--append-blobs--and-page-blobs#about-block-blobs
 */
const LIMITS = [
  { since: '2019-12-12', block: 4000 * MIB, blob: 5000 * MIB },
  { since: '2016-05-31', block: 100 * MIB, blob: 256 * MIB },
  { since: '', block: 4 * MIB, blob: 64 * MIB },
] as const;
const LONGEST_ID_IN_BYTES = 64;
const MOST_COMMITTED = 50_000;
const MOST_UNCOMMITTED = 100_000;
const KEPT_IN_MS = 7 * 24 * 3600 * 1000;

/** Where the contents of blocks are kept. */
type Place = Pick<ContainerBlobs, 'world' | 'account'>;

/**
 * What is wrong with the content of a request that puts one: too large for its version, without a length, or other than its MD5 says.
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
export function contentProblem(request: HttpRequest, kind: 'block' | 'blob'): HttpReply | undefined {
  const version = headerOf(request, 'x-ms-version') ?? request.query.get('sv') ?? '';
  const limit = LIMITS.find(({ since }) => version >= since)?.[kind] ?? 0;
  if (headerOf(request, 'content-length') === undefined) {
    return blobFailure(411, 'MissingContentLengthHeader', 'The Content-Length header was not specified.');
  }
  if (request.body.length > limit) {
    return blobFailure(413, 'RequestBodyTooLarge', `The request body is larger than the maximum of ${limit} bytes.`);
  }
  return md5Problem(request);
}

function md5Problem(request: HttpRequest): HttpReply | undefined {
  const told = headerOf(request, 'content-md5');
  if (told === undefined) return undefined;
  if (Buffer.from(told, 'base64').length !== 16) return blobFailure(400, 'InvalidMd5', 'The MD5 value is no MD5.');
  return told === md5(request.body)
    ? undefined
    : blobFailure(400, 'Md5Mismatch', 'The MD5 value specified in the request did not match the one calculated here.');
}

export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** https://learn.microsoft.com/rest/api/storageservices/put-block */
export function putBlock(place: Place, state: BlockState, request: HttpRequest): HttpReply {
  forgetOldBlocks(place, state);
  const id = request.query.get('blockid') ?? '';
  const pending = state.pending ?? {};
  const problem = idProblem(id, Object.keys(pending)) ?? contentProblem(request, 'block');
  if (problem) return problem;
  const before = pending[id];
  if (before !== undefined) dropContent(place, before);
  state.pending = { ...pending, [id]: keepContent(place, request.body) };
  state.pendingAt = new Date(place.world.now()).toISOString();
  return { status: 201, headers: { 'content-md5': md5(request.body) } };
}

function idProblem(id: string, others: readonly string[]): HttpReply | undefined {
  const bytes = Buffer.from(id, 'base64');
  if (id === '' || bytes.toString('base64') !== id) {
    return blobFailure(400, 'InvalidQueryParameterValue', 'blockid is not a valid base64 string.');
  }
  if (bytes.length > LONGEST_ID_IN_BYTES) {
    return blobFailure(400, 'OutOfRangeQueryParameterValue', 'blockid is longer than 64 bytes.');
  }
  // All of a blob have the same length.
  if (others.some((one) => one.length !== id.length)) {
    return blobFailure(400, 'InvalidBlobOrBlock', 'The specified blob or block content is invalid.');
  }
  return others.length >= MOST_UNCOMMITTED && !others.includes(id)
    ? blobFailure(409, 'BlockCountExceedsLimit', 'The uncommitted block count cannot exceed 100,000 blocks.')
    : undefined;
}

/** What a list of blocks makes of a blob. */
export interface Assembled {
  readonly bytes: Buffer;
  readonly committed: NonNullable<BlockState['committed']>;
}

/**
 * Put Block List: each block is looked for among those that were put since the last list, those that the blob consists of, or both,
 * as its element says. https://learn.microsoft.com/rest/api/storageservices/put-block-list
 *
 * @param content of the blob as it is, if it is there
 */
export function assembleBlocks(
  place: Place,
  state: BlockState,
  request: HttpRequest,
  content: Buffer | undefined,
): Assembled | { readonly refused: HttpReply } {
  forgetOldBlocks(place, state);
  const problem = md5Problem(request);
  if (problem) return { refused: problem };
  const list = [...request.body.toString('utf8').matchAll(/<(Latest|Uncommitted|Committed)>([^<]*)</g)];
  if (list.length > MOST_COMMITTED) {
    return { refused: blobFailure(400, 'BlockListTooLong', 'The block list may not have more than 50,000 blocks.') };
  }
  const committed = committedBlocks(state, content);
  const parts: { readonly id: string; readonly bytes: Buffer }[] = [];
  for (const [, kind, id = ''] of list) {
    const key = kind === 'Committed' ? undefined : state.pending?.[id];
    const bytes = key === undefined ? undefined : contentOf(place, { content: key });
    const found = bytes ?? (kind === 'Uncommitted' ? undefined : committed.get(id));
    if (!found) return { refused: blobFailure(400, 'InvalidBlockList', 'The specified block list is invalid.') };
    parts.push({ id, bytes: found });
  }
  return {
    bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    committed: parts.map(({ id, bytes }) => ({ id, length: bytes.length })),
  };
}

function committedBlocks({ committed = [] }: BlockState, content: Buffer | undefined): ReadonlyMap<string, Buffer> {
  const blocks = new Map<string, Buffer>();
  let at = 0;
  for (const { id, length } of content ? committed : []) {
    blocks.set(id, content?.subarray(at, at + length) ?? Buffer.alloc(0));
    at += length;
  }
  return blocks;
}

/** Those that nobody committed go with the next list, or with a blob that is put whole. */
export function dropPending(place: Place, state: BlockState): void {
  for (const key of Object.values(state.pending ?? {})) dropContent(place, key);
  delete state.pending;
  delete state.pendingAt;
}

/** A week after the last of them Azure throws away what was not committed. */
function forgetOldBlocks(place: Place, state: BlockState): void {
  const isOld = state.pendingAt !== undefined && Date.parse(state.pendingAt) + KEPT_IN_MS <= place.world.now();
  if (isOld) dropPending(place, state);
}
