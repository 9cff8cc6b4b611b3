import { createHmac, randomUUID } from 'node:crypto';
import { type HttpReply, type HttpRequest, headerOf } from '../http.ts';
import type { World } from '../world.ts';
import { type BlobReply, blobError, readAppendBlob, sharedAccess, sharedAccessQuery } from './blob.ts';
import { runLog } from './run.ts';
import { blobContainer } from './tasks.ts';

/** Where ACR keeps the sources and logs of builds: an account of the service, not of the subscription. */
const BLOB_HOST = 'acrtaskprodeus001.blob.core.windows.net';
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
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  };
}

function answer(world: World, request: HttpRequest, path: string): BlobReply {
  const { method, query } = request;
  const access = sharedAccess(query, world.now());
  // Without a signature the account does not even say whether something is there.
  if (!access) return blobError(404, 'ResourceNotFound', 'The specified resource does not exist.');
  if (access.expired || query.get('sig') !== signatureOf(world, path, query)) {
    return blobError(
      403,
      'AuthenticationFailed',
      'Server failed to authenticate the request. Signature did not match.',
    );
  }
  if (!access.permissions.includes(method === 'PUT' ? 'w' : 'r')) {
    return blobError(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    );
  }
  if (method === 'PUT') return upload(world, request, path);
  if (method !== 'GET' && method !== 'HEAD')
    return blobError(405, 'UnsupportedHttpVerb', 'The resource does not support it.');
  return readAppendBlob(method, logAt(world, path), headerOf(request, 'x-ms-range') ?? headerOf(request, 'range'));
}

function upload(world: World, request: HttpRequest, path: string): BlobReply {
  if (request.query.has('comp'))
    return blobError(400, 'UnsupportedQueryParameter', 'Only whole block blobs are simulated.');
  if (headerOf(request, 'x-ms-blob-type') !== 'BlockBlob') {
    return blobError(
      400,
      'MissingRequiredHeader',
      'An HTTP header that is mandatory for this request is not specified: x-ms-blob-type.',
    );
  }
  world.store.blobs.put(path, request.body);
  return {
    status: 201,
    headers: {
      etag: `"0x${randomUUID().slice(0, 8).toUpperCase()}"`,
      'last-modified': new Date(world.now()).toUTCString(),
    },
    body: undefined,
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
