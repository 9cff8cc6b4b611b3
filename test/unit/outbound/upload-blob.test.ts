import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BLOCK_IN_BYTES, type BlobPut, uploadBlob } from '../../../src/outbound/upload-blob.ts';

const ADDRESS = 'https://account.blob.core.windows.net/c/a?sig=a%2Bb%3D';
const address = async (): Promise<string> => ADDRESS;
const HEADERS = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/gzip' };

/** A service that keeps what is sent to it, and answers when it is told to. */
function service(answer: (put: BlobPut, index: number) => Promise<void> = async () => undefined) {
  const puts: BlobPut[] = [];
  let [now, most] = [0, 0];
  const blocks = new Map<string, Uint8Array>();
  return {
    puts,
    most: () => most,
    send: async (put: BlobPut): Promise<void> => {
      puts.push(put);
      now += 1;
      most = Math.max(most, now);
      try {
        await answer(put, puts.length - 1);
        blocks.set(new URL(put.url).searchParams.get('blockid') ?? '', Buffer.from(put.body));
      } finally {
        now -= 1;
      }
    },
    underWay: () => now,
    committed: () => {
      const ids = [
        ...Buffer.from(blocks.get('') ?? [])
          .toString()
          .matchAll(/<Latest>([^<]+)</g),
      ].map(([, id = '']) => id);
      return Buffer.concat(ids.map((id) => blocks.get(id) ?? Buffer.alloc(0)));
    },
  };
}

async function* pieces(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

it.each([
  ['nothing', 0],
  ['a few bytes', 10],
  ['a block less one byte', BLOCK_IN_BYTES - 1],
])('%s is one PUT of the whole, with its MD5', async (_, length) => {
  const content = randomBytes(length);
  const { puts, send } = service();
  await uploadBlob(pieces(content, 100_000), address, HEADERS, send);
  expect(puts.map(({ url, headers, commits }) => ({ url, headers, commits }))).toEqual([
    {
      url: ADDRESS,
      headers: { ...HEADERS, 'content-md5': createHash('md5').update(content).digest('base64') },
      commits: true,
    },
  ]);
  expect(Buffer.from(puts[0]?.body ?? []).equals(content)).toBe(true);
});

it.each([
  ['exactly two blocks', 2 * BLOCK_IN_BYTES],
  ['many blocks and a rest', 9 * BLOCK_IN_BYTES + 17],
])('%s go up side by side, a few at a time, and their list makes the blob', async (_, length) => {
  const content = randomBytes(length);
  const { puts, send, most, committed } = service(async () => void (await setImmediate()));
  await uploadBlob(pieces(content, 1_000_003), address, HEADERS, send);
  const list = puts.at(-1);
  expect(puts.filter(({ commits }) => commits)).toEqual([list]);
  expect(list?.headers).toMatchObject({ 'x-ms-blob-content-type': 'application/gzip' });
  expect(committed().equals(content)).toBe(true);
  expect(most()).toBe(Math.min(4, Math.ceil(length / BLOCK_IN_BYTES)));
  const ids = puts.slice(0, -1).map(({ url }) => new URL(url).searchParams.get('blockid') ?? '');
  expect(new Set(ids.map((id) => id.length)).size).toBe(1);
  expect(puts.every(({ url }) => url.startsWith(`${ADDRESS}&comp=block`))).toBe(true);
});

it('no more is read than there is room for', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; read < 50; read += 1) yield Buffer.alloc(BLOCK_IN_BYTES);
  }
  const stopped = Promise.withResolvers<void>();
  const { send } = service(() => stopped.promise);
  const upload = uploadBlob(endless(), address, HEADERS, send);
  for (let turn = 0; turn < 200; turn += 1) await setImmediate();
  expect(read).toBe(3);
  stopped.resolve();
  await upload;
  expect(read).toBe(50);
});

it('content that ends in an error leaves no blob, and nothing on its way', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(3 * BLOCK_IN_BYTES);
    throw new Error('changed');
  }
  const { puts, send, underWay } = service(async () => void (await setImmediate()));
  await expect(uploadBlob(broken(), address, HEADERS, send)).rejects.toThrow('changed');
  expect([puts.length, underWay(), puts.some(({ commits }) => commits)]).toEqual([3, 0, false]);
});

it('a block that is refused ends the upload: no more is read, no list is put, and the others have ended', async () => {
  let closed = false;
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      for (let count = 0; count < 100; count += 1) yield Buffer.alloc(BLOCK_IN_BYTES);
    } finally {
      closed = true;
    }
  }
  const { puts, send, underWay } = service(async (_, index) => {
    await setImmediate();
    if (index === 1) throw new Error('refused');
  });
  await expect(uploadBlob(content(), address, HEADERS, send)).rejects.toThrow('refused');
  expect([closed, underWay(), puts.some(({ commits }) => commits)]).toEqual([true, 0, false]);
  expect(puts.length).toBeLessThan(12);
});

it('every PUT goes to the address of its own time', async () => {
  const { puts, send } = service();
  const addresses = [1, 2, 3, 4].map((number) => `${ADDRESS}&n=${number}`);
  const renewed = async (): Promise<string | undefined> => addresses.shift();
  await uploadBlob(pieces(randomBytes(2 * BLOCK_IN_BYTES + 1), 1_000_003), renewed, HEADERS, send);
  expect(puts.map(({ url }) => new URL(url).searchParams.get('n'))).toEqual(['1', '2', '3', '4']);
});

it('nothing more is sent once the blob is there', async () => {
  const { puts, send, underWay } = service(async () => void (await setImmediate()));
  const addresses = [ADDRESS, ADDRESS];
  const until = async (): Promise<string | undefined> => addresses.shift();
  await uploadBlob(pieces(Buffer.alloc(9 * BLOCK_IN_BYTES), 1_000_003), until, HEADERS, send);
  expect([puts.length, underWay(), puts.some(({ commits }) => commits)]).toEqual([2, 0, false]);
});

it('a refusal while the next block is still read is told by the upload, and nowhere else', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on('unhandledRejection', note);
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(BLOCK_IN_BYTES);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    yield Buffer.alloc(1);
  }
  const { send } = service(async () => {
    throw new Error('refused');
  });
  await expect(uploadBlob(slow(), address, HEADERS, send)).rejects.toThrow('refused');
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
