import type { HttpReply, HttpRequest } from '../../../src/simulator/http.ts';
import type { Blobs, BlobVersion } from './blobs.ts';

/**
 * The part of Blob Storage that a deployer's storage uses: put, append, read, list and delete, with their conditions and codes.
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 *
 * @param path of the blob in the container; empty: the container itself
 */
export function answerBlobs(blobs: Blobs, path: string, request: HttpRequest): HttpReply {
  const { method, query } = request;
  if (path === '') return method === 'GET' ? list(blobs, query) : failure(409, 'ContainerAlreadyExists');
  switch (method) {
    case 'PUT':
      return query.get('comp') === 'appendblock' ? append(blobs, path, request) : put(blobs, path, request);
    case 'GET':
    case 'HEAD':
      return read(blobs, path, request);
    case 'DELETE':
      if (!blobs.find(path)) return failure(404, 'BlobNotFound');
      blobs.remove(path);
      return { status: 202, headers: {} };
    default:
      return failure(405, 'UnsupportedHttpVerb');
  }
}

export function failure(status: number, code: string): HttpReply {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
}

function put(blobs: Blobs, path: string, { headers, body }: HttpRequest): HttpReply {
  const found = blobs.find(path);
  const { 'if-none-match': none, 'if-match': match } = headers;
  // https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
  if (none === '*' && found) return failure(409, 'BlobAlreadyExists');
  if (match !== undefined && match !== found?.etag) return failure(412, 'ConditionNotMet');
  const type = headers['x-ms-blob-type'] === 'AppendBlob' ? 'AppendBlob' : 'BlockBlob';
  return { status: 201, headers: headersOf(blobs.put(path, type === 'AppendBlob' ? Buffer.alloc(0) : body, type)) };
}

/** https://learn.microsoft.com/rest/api/storageservices/append-block */
function append(blobs: Blobs, path: string, { headers, body }: HttpRequest): HttpReply {
  const found = blobs.find(path);
  if (!found) return failure(404, 'BlobNotFound');
  const offset = found.content?.length ?? 0;
  const { 'x-ms-blob-condition-appendpos': wanted } = headers;
  if (wanted !== undefined && Number(wanted) !== offset) return failure(412, 'AppendPositionConditionNotMet');
  return {
    status: 201,
    headers: { ...headersOf(blobs.append(path, body)), 'x-ms-blob-append-offset': String(offset) },
  };
}

function read(blobs: Blobs, path: string, { headers }: HttpRequest): HttpReply {
  const found = blobs.find(path);
  if (!found?.content) return failure(404, 'BlobNotFound');
  if (headers['if-none-match'] === found.etag) return failure(304, 'ConditionNotMet');
  const { content } = found;
  const [, first] = /^bytes=(\d+)-/.exec(String(headers['x-ms-range'] ?? headers.range ?? '')) ?? [];
  const start = Number(first ?? 0);
  if (first !== undefined && start >= content.length) return failure(416, 'InvalidRange');
  const body = content.subarray(start);
  const range = first !== undefined && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  return {
    status: first === undefined ? 200 : 206,
    headers: { ...headersOf(found), ...range, 'content-length': String(body.length) },
    body,
  };
}

function headersOf({ etag, type, blocks }: BlobVersion): Record<string, string> {
  const count = type === 'AppendBlob' && { 'x-ms-blob-committed-block-count': String(blocks) };
  return { etag, 'last-modified': new Date().toUTCString(), 'x-ms-blob-type': type, ...count };
}

/** https://learn.microsoft.com/rest/api/storageservices/list-blobs; one page has everything. */
function list(blobs: Blobs, query: URLSearchParams): HttpReply {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter');
  const below = blobs.names().filter((name) => name.startsWith(prefix));
  const folderOf = (name: string): string | undefined => {
    const end = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length);
    return end === -1 ? undefined : name.slice(0, end + 1);
  };
  const folders = new Set(below.flatMap((name) => folderOf(name) ?? []));
  const items = below.filter((name) => folderOf(name) === undefined);
  const body = [
    '<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>',
    ...items.map((name) => `<Blob><Name>${name}</Name><Properties><BlobType>BlockBlob</BlobType></Properties></Blob>`),
    ...[...folders].map((name) => `<BlobPrefix><Name>${name}</Name></BlobPrefix>`),
    '</Blobs><NextMarker /></EnumerationResults>',
  ].join('');
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
