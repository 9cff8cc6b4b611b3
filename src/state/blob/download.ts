import type { BlobClient, BlobDownloadOptions } from '@azure/storage-blob';

/** What was read of a blob in one answer, so that the token always is that of the text. */
export interface Downloaded {
  readonly text: string;
  readonly etag: string;
  readonly date?: Date;
  /** Of an append blob. */
  readonly blocks: number;
}

/** How often an answer that ends half way is asked for. */
const TRIES = 3;

/** An answer that began and did not end: the library has no code for it, and its own tries begin only where a body ended in good order. */
export class CutShort extends Error {
  override readonly name = 'CutShort';
  readonly code = 'ECONNRESET';

  constructor(cause: unknown) {
    super('its answer ended half way', { cause });
  }
}

/**
 * The text of a blob from an offset on.
 * @throws CutShort
 */
export async function download(
  blob: Pick<BlobClient, 'download'>,
  offset = 0,
  options: BlobDownloadOptions = {},
): Promise<Downloaded> {
  for (let tries = 1; ; tries += 1) {
    const answer = await blob.download(offset, undefined, { ...options, maxRetryRequests: 0 });
    try {
      const text = await textOf(answer.readableStreamBody);
      const { etag = '', date, blobCommittedBlockCount: blocks = 0 } = answer;
      return { text, etag, blocks, ...(date && { date }) };
    } catch (error) {
      if (tries === TRIES) throw new CutShort(error);
    }
  }
}

async function textOf(stream: NodeJS.ReadableStream | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
