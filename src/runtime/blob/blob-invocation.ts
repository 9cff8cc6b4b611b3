import type { BlobDownloadResponseParsed, BlockBlobClient } from '@azure/storage-blob';
import type { TypedData } from '../core-api.ts';
import type { Invocation } from '../invocation.ts';

/** What a function with a blob trigger is called with: the content as bytes, and the metadata of the trigger. */
export function blobInvocation(
  client: BlockBlobClient,
  content: Buffer,
  download: BlobDownloadResponseParsed,
  parameters: Readonly<Record<string, string>>,
): Pick<Invocation, 'trigger' | 'triggerMetadata'> {
  const values = Object.entries(parameters).map(([name, value]): [string, TypedData] => [name, { string: value }]);
  return {
    trigger: { bytes: content },
    triggerMetadata: {
      ...Object.fromEntries(values),
      BlobTrigger: { string: `${client.containerName}/${client.name}` },
      // Without a query, which would hold a shared access signature.
      Uri: { json: JSON.stringify(client.url.split('?')[0]) },
      Properties: { json: JSON.stringify(properties(download, content.length)) },
      Metadata: { json: JSON.stringify(download.metadata ?? {}) },
    },
  };
}

/** The names of BlobProperties of Azure.Storage.Blobs; the library begins them with a small letter. */
function properties(download: BlobDownloadResponseParsed, length: number): Record<string, unknown> {
  return {
    BlobType: download.blobType,
    ContentEncoding: download.contentEncoding,
    ContentLanguage: download.contentLanguage,
    ContentLength: length,
    ContentType: download.contentType,
    CreatedOn: download.createdOn,
    ETag: download.etag,
    LastModified: download.lastModified,
  };
}
