import { createHmac } from 'node:crypto';
import { type HttpReply, type HttpRequest, headerOf } from '../../http.ts';
import type { World } from '../../world.ts';
import type { Repository } from '../content.ts';
import { blobAt } from './found-images.ts';
import type { Registry } from './registries.ts';

const LIFETIME_IN_MS = 10 * 60 * 1000;

/** Where a registry that keeps its blobs elsewhere sends who may have one; good for some minutes, for whoever has it. */
export function signedBlobUrl(world: World, storageHost: string, { repository }: Repository, digest: string): string {
  const path = `/${repository}/blobs/${digest}`;
  const expires = String(world.now() + LIFETIME_IN_MS);
  const query = new URLSearchParams({ expires, signature: signatureOf(world, path, expires) });
  return `https://${storageHost}${path}?${query}`;
}

/**
 * A request to such a storage. It knows nothing of the registry's tokens, and refuses them
 * (https://github.com/renovatebot/renovate/issues/5155); clients must not send them to another host
 * (https://github.com/opencontainers/distribution-spec/pull/607).
 */
export function answerBlobStorage(world: World, { name }: Registry, request: HttpRequest): HttpReply {
  const { method, path, query } = request;
  if (headerOf(request, 'authorization') !== undefined)
    return xmlError(400, 'InvalidArgument', 'Only one auth mechanism allowed');
  const expires = query.get('expires') ?? '';
  if (query.get('signature') !== signatureOf(world, path, expires) || Number(expires) <= world.now())
    return xmlError(403, 'AccessDenied', 'Request has expired');
  if (method !== 'GET' && method !== 'HEAD') return xmlError(405, 'MethodNotAllowed', 'The method is not allowed.');
  const [, repository = '', digest = ''] = /^\/(.+)\/blobs\/([^/]+)$/.exec(path) ?? [];
  const found = blobAt(world, { host: name, repository }, digest);
  if (!found) return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(found.bytes.length) };
  return { status: 200, headers, body: found.bytes };
}

function xmlError(status: number, code: string, message: string): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}

function signatureOf({ state }: World, path: string, expires: string): string {
  return createHmac('sha256', state.signingKey).update(`blob ${path} ${expires}`).digest('base64url');
}
