import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { archiveTree } from '../../../src/source/archive-tree.ts';

const SIZE_OFFSET = 124;

/** Two files of one block each; the long name comes in a header of its own. */
async function tarOf(name: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name }, 'first');
  tar.entry({ name: 'b' }, 'second');
  tar.finalize();
  return await buffer(tar);
}

async function namesIn(tar: Buffer): Promise<readonly string[]> {
  const packed = gzipSync(tar);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  const limits = { maxEntries: 10, maxBytes: 100_000 };
  const tree = archiveTree({ sha256, open: async () => Readable.from([packed]), limits });
  return ((await tree.list('', () => true)) ?? []).map(({ path }) => path);
}

/** Writes the first byte of the size, and the checksum that then is right: the sum of the header with spaces in its place. */
function breakSize(tar: Buffer, firstByte: number): Buffer {
  const header = tar.subarray(0, 512);
  header[SIZE_OFFSET] = firstByte;
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return tar;
}

describe('an archive', () => {
  it.each(['a', 'x'.repeat(120)])('with a name of any length is read', async (name) => {
    expect([...(await namesIn(await tarOf(name)))].sort()).toEqual([name, 'b'].sort());
  });

  it.each([
    ['a', 0xf0],
    ['a', 0x81],
    ['é', 0xf0],
    ['x'.repeat(120), 0xf0],
    ['a', 0xff],
  ])(
    'whose first header (%s) has a size that begins with %i is refused, and does not hang',
    async (name, firstByte) => {
      await expect(namesIn(breakSize(await tarOf(name), firstByte))).rejects.toMatchObject({
        code: 'source_archive_invalid',
      });
    },
  );
});
