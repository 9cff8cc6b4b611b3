import { createHmac, randomUUID } from 'node:crypto';
import { type HttpReply, type HttpRequest, headerOf } from '../http.ts';
import { newEtag } from '../storage/blobs/blob-content.ts';
import { blobFailure } from '../storage/blobs/blob-reply.ts';
import { assembleBlocks, contentProblem, dropPending, md5, putBlock } from '../storage/blobs/blocks.ts';
import type { World } from '../world.ts';
import { readAppendBlob, sharedAccess, sharedAccessQuery } from './blob.ts';
import { runLog } from './run.ts';
import { blobContainer } from './tasks.ts';

/** Where ACR keeps the sources and logs of builds: an account of the service, not of the subscription. */
const BLOB_ACCOUNT = 'acrtaskprodeus001';
const BLOB_HOST = `${BLOB_ACCOUNT}.blob.core.windows.net`;
/** Recorded: an address to upload to is good for an hour. */
export const UPLOAD_LIFETIME_IN_MS = 60 * 60 * 1000;
export const LOG_LIFETIME_IN_MS = 70 * 60 * 1000;

/** An address of a blob of this registry that allows `permissions` (`cw`, `r`) for so long. */
export function signedUrl(
  world: World,
  registryId: string,
  path: string,
  permissions: string,
  lifetimeInMs: number,
): string {
  const blob = `${blobContainer(registryId)}/${path}`;
  const now = world.now();
  const query = sharedAccessQuery(permissions, now, lifetimeInMs, '');
  const signature = signatureOf(world, blob, new URLSearchParams(query));
  return `https://${BLOB_HOST}/${blob}?${sharedAccessQuery(permissions, now, lifetimeInMs, signature)}`;
}

/** Uploads of sources and reads of logs; each needs the signature made for it. */
export function answerBlob(world: World, request: HttpRequest): HttpReply {
  const { status, headers, body } = answer(world, request, request.path.slice(1));
  return {
    status,
    headers: {
      'x-ms-request-id': randomUUID(),
      'x-ms-version': headerOf(request, 'x-ms-version') ?? '2024-11-04',
      ...headers,
    },
    ...(body !== undefined && { body }),
  };
}

function answer(world: World, request: HttpRequest, path: string): HttpReply {
  const { method, query } = request;
  const access = sharedAccess(query, world.now());
  // Without a signature the account does not even say whether something is there.
  if (!access) return blobFailure(404, 'ResourceNotFound', 'The specified resource does not exist.');
  if (access.expired || query.get('sig') !== signatureOf(world, path, query)) {
    return blobFailure(
      403,
      'AuthenticationFailed',
      'Server failed to authenticate the request. Signature did not match.',
    );
  }
  if (!access.permissions.includes(method === 'PUT' ? 'w' : 'r')) {
    return blobFailure(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    );
  }
  if (method === 'PUT') return upload(world, request, path);
  if (method !== 'GET' && method !== 'HEAD')
    return blobFailure(405, 'UnsupportedHttpVerb', 'The resource does not support it.');
  return readAppendBlob(method, logAt(world, path), headerOf(request, 'x-ms-range') ?? headerOf(request, 'range'));
}

/** A block blob put whole, or its blocks and their list: what the rights to create and to write are good for. */
function upload(world: World, request: HttpRequest, path: string): HttpReply {
  const component = request.query.get('comp');
  const place = { world, account: BLOB_ACCOUNT };
  const state = world.state.lentBlocks[path] ?? {};
  if (component === 'block') {
    world.state.lentBlocks[path] = state;
    return putBlock(place, state, request);
  }
  if (component === 'blocklist') {
    const assembled = assembleBlocks(place, state, request, world.store.blobs.get(path));
    if ('refused' in assembled) return assembled.refused;
    dropPending(place, state);
    world.state.lentBlocks[path] = { committed: assembled.committed };
    return stored(world, path, assembled.bytes);
  }
  if (component !== null)
    return blobFailure(400, 'UnsupportedQueryParameter', 'Only block blobs and their blocks are simulated.');
  if (headerOf(request, 'x-ms-blob-type') !== 'BlockBlob') {
    return blobFailure(
      400,
      'MissingRequiredHeader',
      'An HTTP header that is mandatory for this request is not specified: x-ms-blob-type.',
    );
  }
  const problem = contentProblem(request, 'blob');
  if (problem) return problem;
  dropPending(place, state);
  delete world.state.lentBlocks[path];
  return stored(world, path, request.body);
}

function stored(world: World, path: string, bytes: Buffer): HttpReply {
  world.store.blobs.put(path, bytes);
  return {
    status: 201,
    headers: { etag: newEtag(), 'last-modified': new Date(world.now()).toUTCString(), 'content-md5': md5(bytes) },
  };
}

function logAt(world: World, path: string): ReturnType<typeof runLog> {
  const [, container = '', runId = ''] = /^([^/]+)\/logs\/([^/]+)\/rawtext\.log$/.exec(path) ?? [];
  const registry = Object.entries(world.state.registries).find(([id]) => blobContainer(id) === container);
  const run = registry?.[1].runs.find((one) => one.runId === runId);
  return run && runLog(run, world.now());
}

function signatureOf(world: World, blob: string, query: URLSearchParams): string {
  const content = [blob, query.get('sp'), query.get('se')].join('\n');
  return createHmac('sha256', world.state.signingKey).update(content).digest('base64');
}
