import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BLOCK_IN_BYTES, type BlobPut, uploadBlob } from '../../../src/outbound/upload-blob.ts';

const ADDRESS = 'https://account.blob.core.windows.net/c/a?sig=a%2Bb%3D';
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
  await uploadBlob(pieces(content, 100_000), ADDRESS, HEADERS, send);
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
  await uploadBlob(pieces(content, 1_000_003), ADDRESS, HEADERS, send);
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
  const upload = uploadBlob(endless(), ADDRESS, HEADERS, send);
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
  await expect(uploadBlob(broken(), ADDRESS, HEADERS, send)).rejects.toThrow('changed');
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
  await expect(uploadBlob(content(), ADDRESS, HEADERS, send)).rejects.toThrow('refused');
  expect([closed, underWay(), puts.some(({ commits }) => commits)]).toEqual([true, 0, false]);
  expect(puts.length).toBeLessThan(12);
});

it('a block that is refused while the next one is made is told, and does not end the process', async () => {
  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(BLOCK_IN_BYTES);
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    yield Buffer.alloc(BLOCK_IN_BYTES);
  }
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const { send } = service(async () => {
      throw new Error('refused');
    });
    await expect(uploadBlob(content(), ADDRESS, HEADERS, send)).rejects.toThrow('refused');
    await setImmediate();
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});
