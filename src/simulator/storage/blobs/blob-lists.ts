import type { HttpReply } from '../../http.ts';
import type { ContainerBlobs } from './blob-content.ts';
import { findBlob } from './blob-content.ts';
import type { BlobRecord } from './blob-record.ts';
import { xmlText } from './blob-reply.ts';

/** Of a page, when the caller names no number. */
const PAGE_SIZE = 5000;

/** https://learn.microsoft.com/rest/api/storageservices/list-blobs: by prefix and delimiter, in pages, in the order of names. */
export function listBlobs(blobs: ContainerBlobs, query: URLSearchParams): HttpReply {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const marker = query.get('marker') ?? '';
  const size = Math.min(Number(query.get('maxresults') ?? PAGE_SIZE), PAGE_SIZE);
  const folderOf = (name: string): string | undefined => {
    const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    return end === -1 ? undefined : name.slice(0, end + delimiter.length);
  };
  const below = Object.keys(blobs.records).filter((name) => name.startsWith(prefix) && findBlob(blobs, name));
  const entries = [...new Set(below.map((name) => folderOf(name) ?? name))].sort().filter((name) => name >= marker);
  const page = entries.slice(0, size);
  const withMetadata = (query.get('include') ?? '').split(',').includes('metadata');
  const items = page.map((name) => {
    const found = blobs.records[name];
    const isFolder = delimiter !== '' && name.length > prefix.length && name.endsWith(delimiter) && !found;
    return isFolder || !found
      ? `<BlobPrefix><Name>${xmlText(name)}</Name></BlobPrefix>`
      : item(name, found, withMetadata);
  });
  const next = entries[size] ?? '';
  const body = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EnumerationResults ServiceEndpoint="https://${blobs.account}.blob.core.windows.net/" ContainerName="${blobs.container}">`,
    `<Prefix>${xmlText(prefix)}</Prefix><Blobs>${items.join('')}</Blobs>`,
    next === '' ? '<NextMarker />' : `<NextMarker>${xmlText(next)}</NextMarker>`,
    '</EnumerationResults>',
  ].join('');
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

function item(name: string, found: BlobRecord, withMetadata: boolean): string {
  const properties = [
    `<Creation-Time>${new Date(found.createdAt).toUTCString()}</Creation-Time>`,
    `<Last-Modified>${new Date(found.updatedAt).toUTCString()}</Last-Modified>`,
    // Lists leave the quotes out.
    `<Etag>${found.etag.replaceAll('"', '')}</Etag>`,
    `<Content-Length>${found.length}</Content-Length><Content-Type>${xmlText(found.contentType)}</Content-Type>`,
    `<BlobType>${found.type}</BlobType><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>`,
  ].join('');
  const metadata = Object.entries(found.metadata).map(([key, value]) => `<${key}>${xmlText(value)}</${key}>`);
  return `<Blob><Name>${xmlText(name)}</Name><Properties>${properties}</Properties>${withMetadata ? `<Metadata>${metadata.join('')}</Metadata>` : ''}</Blob>`;
}
