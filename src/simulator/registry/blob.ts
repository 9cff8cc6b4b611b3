import type { HttpReply } from '../http.ts';
import { blobFailure } from '../storage/blobs/blob-reply.ts';

/** What a shared access signature of the registry allows. */
export interface SharedAccess {
  readonly permissions: string;
  readonly expired: boolean;
}

/** Reads `sig`, `sp` and `se` of a URL; undefined when it carries no signature. */
export function sharedAccess(query: URLSearchParams, now: number): SharedAccess | undefined {
  const [signature, permissions, expiry] = [query.get('sig'), query.get('sp'), query.get('se')];
  if (!signature || permissions === null || expiry === null) return undefined;
  return { permissions, expired: Date.parse(expiry) <= now };
}

/** `se=…&sig=…&sp=…&sr=b&sv=…`, in the order recorded. `lifetime` in ms. */
export function sharedAccessQuery(permissions: string, now: number, lifetime: number, signature: string): string {
  const expiry = new Date(now + lifetime).toISOString().replace(/\.\d+Z$/, 'Z');
  return new URLSearchParams({ se: expiry, sig: signature, sp: permissions, sr: 'b', sv: '2024-11-04' }).toString();
}

/** GET or HEAD of a text blob that grows (an append blob), with ranges. Undefined text: no such blob yet. */
export function readAppendBlob(
  method: string,
  log: { readonly text: string; readonly complete: boolean } | undefined,
  range: string | undefined,
): HttpReply {
  if (!log) return blobNotFound(method);
  const bytes = Buffer.from(log.text);
  const headers: Record<string, string> = {
    'content-type': 'text/plain; charset=utf-8',
    'x-ms-blob-type': 'AppendBlob',
    'accept-ranges': 'bytes',
    etag: `"0x${bytes.length.toString(16).toUpperCase().padStart(15, '0')}"`,
    'last-modified': new Date(0).toUTCString(),
    ...(log.complete ? { 'x-ms-meta-complete': 'successful' } : {}),
  };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (method === 'HEAD' || from === undefined) {
    headers['content-length'] = String(bytes.length);
    return { status: 200, headers, ...(method !== 'HEAD' && { body: bytes }) };
  }
  const start = Number(from);
  if (start >= bytes.length)
    return blobFailure(416, 'InvalidRange', 'The range specified is invalid for the current size of the resource.');
  const end = Math.min(to ? Number(to) : bytes.length - 1, bytes.length - 1);
  headers['content-range'] = `bytes ${start}-${end}/${bytes.length}`;
  headers['content-length'] = String(end - start + 1);
  return { status: 206, headers, body: bytes.subarray(start, end + 1) };
}

function blobNotFound(method: string): HttpReply {
  const { body = '', ...reply } = blobFailure(404, 'BlobNotFound', 'The specified blob does not exist.');
  return method === 'HEAD' ? reply : { ...reply, body };
}
