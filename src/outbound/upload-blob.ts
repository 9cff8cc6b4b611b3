import { hash } from 'node:crypto';

/** Of a block: blobs of 195 GiB have no more blocks than the service takes (50,000). */
export const BLOCK_IN_BYTES = 4 * 1024 * 1024;
/** On their way at once; memory holds one more, which is being filled. */
const BLOCKS_AT_ONCE = 4;

/** One PUT of an upload. */
export interface BlobPut {
  /** The blob's address and its signature, with what this request adds. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The blob is there once this one is done. */
  readonly commits: boolean;
}

/**
 * Sends a PUT, again where that may help: each may be sent as often as one likes. Resolves once the service has taken it; its body is
 * nobody's from then on.
 */
type SendPut = (put: BlobPut) => Promise<void>;

/**
 * Streams content into a block blob. What fits into one block is put whole; of more, blocks go up side by side while the next is read, and
 * their list makes the blob in the end. So memory stays the same for any size, a broken connection costs the blocks that were on their way,
 * and content that ends in an error leaves no blob: nobody sees blocks without their list, and the service throws them away.
 * https://learn.microsoft.com/rest/api/storageservices/put-block-list
 *
 * @param address asked before each PUT, as each is authorised by itself: good for writing this one blob, whose blocks wait a week for their
 * list, whatever signature they came with (https://learn.microsoft.com/rest/api/storageservices/put-block-list#remarks); undefined: the
 * blob is there meanwhile, and nothing more is sent. No more is asked of it, since whoever lends one seldom lends the right to read, which
 * a list of the blocks that are there would take: https://learn.microsoft.com/rest/api/storageservices/get-block-list#authorization
 * @param headers of the request that makes the blob, where it is one; `content-type` becomes the blob's
 * @throws what `send` and `address` throw, and what reading the content throws
 */
export async function uploadBlob(
  content: AsyncIterable<Uint8Array>,
  address: () => Promise<string | undefined>,
  headers: Readonly<Record<string, string>>,
  send: SendPut,
): Promise<void> {
  const ids: string[] = [];
  const underWay = new Set<Promise<void>>();
  // Used again: what the service has taken is read by no attempt that could still count.
  const free: Buffer[] = [];
  try {
    for await (const { bytes, isLast } of blocksOf(content, () => free.pop() ?? Buffer.allocUnsafe(BLOCK_IN_BYTES))) {
      const goodNow = await address();
      if (goodNow === undefined) return;
      if (isLast && ids.length === 0) {
        const md5 = hash('md5', bytes, 'base64');
        await send({ url: goodNow, headers: { ...headers, 'content-md5': md5 }, body: bytes, commits: true });
        return;
      }
      const id = blockId(bytes, ids.length);
      ids.push(id);
      const url = extended(goodNow, { comp: 'block', blockid: id });
      const sent = send({ url, headers: {}, body: bytes, commits: false }).then(() => {
        underWay.delete(sent);
        if (bytes.length === BLOCK_IN_BYTES) free.push(bytes);
      });
      // Told below, whenever it fails: nobody else waits for it while the next block is read.
      sent.catch(() => undefined);
      underWay.add(sent);
      if (underWay.size >= BLOCKS_AT_ONCE) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    // Nothing is on its way any more when an error is told.
    await Promise.allSettled(underWay);
  }
  const goodNow = await address();
  if (goodNow !== undefined) await send(blockList(goodNow, headers, ids));
}

/** `Latest`: sent again because its answer was lost, the list finds its blocks among those of the blob. */
function blockList(address: string, headers: Readonly<Record<string, string>>, ids: readonly string[]): BlobPut {
  const { 'content-type': type = 'application/octet-stream' } = headers;
  const blocks = ids.map((id) => `<Latest>${id}</Latest>`).join('');
  return {
    url: extended(address, { comp: 'blocklist' }),
    headers: { 'content-type': 'application/xml', 'x-ms-blob-content-type': type },
    body: Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks}</BlockList>`),
    commits: true,
  };
}

/**
 * By content and place: two who upload the same at once find each other's blocks, and all ids have one length, as the service wants it.
 * With the processor's own instructions a SHA-256 takes half the time of an MD5, and more than the MAC of TLS no block needs.
 */
function blockId(bytes: Uint8Array, index: number): string {
  const place = Buffer.alloc(4);
  place.writeUInt32BE(index);
  return Buffer.concat([place, hash('sha256', bytes, 'buffer')]).toString('base64');
}

/** The signature stays to the letter as it was given. */
function extended(address: string, query: Readonly<Record<string, string>>): string {
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`;
}

interface Block {
  readonly bytes: Buffer;
  /** The content has ended; one that ends with a full block does not know it. */
  readonly isLast: boolean;
}

async function* blocksOf(content: AsyncIterable<Uint8Array>, room: () => Buffer): AsyncGenerator<Block> {
  let block = room();
  let filled = 0;
  let isAny = false;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, BLOCK_IN_BYTES - filled);
      block.set(chunk.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < BLOCK_IN_BYTES) continue;
      yield { bytes: block, isLast: false };
      isAny = true;
      block = room();
      filled = 0;
    }
  }
  if (filled > 0 || !isAny) yield { bytes: block.subarray(0, filled), isLast: true };
}
