import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { packSource } from '../../../src/source/pack-source.ts';
import type { SourceTree } from '../../../src/source/ports.ts';
import { openSource, openSourceArchive } from '../../../src/source/source-tree.ts';
import { openStoredSource } from '../../../src/source/stored-source.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { DOCKERFILE_CASES, dockerfileOf, TREE } from './dockerfile-cases.ts';
import { image } from './images.ts';

type Entry = Partial<Header> & { readonly name: string; readonly text?: string };

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  const bytes = buffer(tar.pipe(createGzip()));
  for (const { text = '', ...header } of entries) tar.entry(header, header.type && header.type !== 'file' ? '' : text);
  tar.finalize();
  return await bytes;
}

function openBytes(bytes: Buffer, limits = { maxBytes: 10_000_000, maxEntries: 100 }): SourceTree {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return openSourceArchive({ sha256, open: async () => Readable.from([bytes]), limits });
}

const DOCKERFILE: Entry = { name: 'Dockerfile', text: 'FROM scratch\nCOPY . /x' };

/** Links that leave the tree are refused by archives; see below. */
const PACKABLE = DOCKERFILE_CASES.filter(({ files = {} }) =>
  Object.values(files).every((file) => typeof file === 'string' || !file.link.startsWith('/')),
);

describe('a source archive', () => {
  it.each(PACKABLE)('of $title answers as the directory that it was packed from', async (one) => {
    const { files = TREE, ignore, builder = 'buildkit' as const, buildArguments = {} } = one;
    const directory = await tempDirectory();
    const text = dockerfileOf(one);
    await writeTree(directory, {
      ...files,
      Dockerfile: text,
      ...(ignore !== undefined && { '.dockerignore': ignore }),
    });
    const own = { ...image, builder, buildArguments };
    const packed = await packSource(directory, [own]);
    const archive = openBytes(await buffer(packed.open()));
    const tree = await openSource(directory);
    expect(await archive.imageDigest(own)).toBe(await tree.imageDigest(own));
    expect((await buffer(await archive.archive(own))).equals(await buffer(await tree.archive(own)))).toBe(true);
  });

  it('holds what migrations require, and nothing that no image sees', async () => {
    const directory = await tempDirectory();
    const files = {
      'app/Dockerfile': 'FROM scratch\nCOPY a /a',
      'app/a': '',
      'app/db/alembic.ini': 'x',
      'app/db/y': '',
    };
    await writeTree(directory, { ...files, '.git/config': '', docs: '' });
    const own = { ...image, buildContext: 'app' };
    const pack = async (): Promise<Buffer> =>
      await buffer((await packSource(directory, [own], ['app/db/alembic.ini', 'app/none'])).open());
    const first = await pack();
    const archive = openBytes(first);
    const there = ['app/a', 'app/db/alembic.ini', './app/db', 'app/db/y', 'app/none', '.git', 'docs'];
    expect(await Promise.all(there.map((path) => archive.exists(path)))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    await writeTree(directory, { docs: 'changed', 'app/db/alembic.ini': 'x' });
    expect((await pack()).equals(first)).toBe(true);
  });

  it('may have been packed by another tool, in another order', async () => {
    const [one, other] = [
      [
        { name: './src/', type: 'directory' },
        { name: './src/b', text: 'b' },
        { name: './src/a', text: 'a' },
        DOCKERFILE,
      ],
      [DOCKERFILE, { name: 'src/a', text: 'a' }, { name: 'src/b', text: 'b' }],
    ] as const;
    const digests = await Promise.all(
      [one, other].map(async (list) => await openBytes(await archiveOf(list)).imageDigest(image)),
    );
    expect(digests[0]).toBe(digests[1]);
  });

  it('is opened again for each pass, and can break in the middle and be asked again', async () => {
    const bytes = await archiveOf([DOCKERFILE, { name: 'a', text: 'a' }]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    let opened = 0;
    const archive = openSourceArchive({
      sha256,
      open: async () => {
        opened += 1;
        if (opened > 1) return Readable.from([bytes]);
        return Readable.from(
          (async function* () {
            yield bytes.subarray(0, 40);
            throw new Error('connection reset');
          })(),
        );
      },
    });
    await expect(archive.exists('a')).rejects.toThrow(/^connection reset$/);
    expect(await archive.exists('a')).toBe(true);
  });

  const hostile: readonly (readonly [string, readonly Entry[], RegExp])[] = [
    ['an absolute name', [{ name: '/etc/passwd', text: 'x' }], /no path within/],
    ['a name that climbs', [{ name: 'a/../../b', text: 'x' }], /no path within/],
    ['a name with a backslash', [{ name: '..\\b', text: 'x' }], /no path within/],
    ['a name with a drive', [{ name: 'C:/b', text: 'x' }], /no path within/],
    ['a link that leaves the tree', [{ name: 'a/b', type: 'symlink', linkname: '../../x' }], /leaves the tree/],
    ['an absolute link', [{ name: 'a', type: 'symlink', linkname: '/etc/passwd' }], /leaves the tree/],
    ['a hard link', [DOCKERFILE, { name: 'b', type: 'link', linkname: 'Dockerfile' }], /hard link/],
    ['a device', [{ name: 'b', type: 'character-device' }], /neither file/],
    ['a pipe', [{ name: 'b', type: 'fifo' }], /neither file/],
    [
      'a name twice',
      [
        { name: 'b', text: '1' },
        { name: './b', text: '2' },
      ],
      /twice/,
    ],
    [
      'a file below a file',
      [
        { name: 'b', text: '1' },
        { name: 'b/c', text: '2' },
      ],
      /no folder/,
    ],
    [
      'a file below a link',
      [
        { name: 'l', type: 'symlink', linkname: '.' },
        { name: 'l/c', text: '2' },
      ],
      /no folder/,
    ],
    [
      'a file that becomes a folder',
      [
        { name: 'b/c', text: '1' },
        { name: 'b', text: '2' },
      ],
      /twice/,
    ],
    [
      'more entries than allowed',
      Array.from({ length: 101 }, (_, n) => ({ name: `f${n}`, text: '' })),
      /more than 100 entries/,
    ],
  ];

  it.each(hostile)('is refused with %s', async (_title, entries, reason) => {
    const archive = openBytes(await archiveOf(entries));
    await expect(archive.problems([image])).rejects.toMatchObject({
      code: 'source_archive_invalid',
      message: expect.stringMatching(reason),
    });
  });

  it('is refused when it grows beyond the limit while it is decompressed', async () => {
    const bytes = await archiveOf([{ name: 'zeros', text: '0'.repeat(3_000_000) }]);
    expect(bytes.length).toBeLessThan(20_000);
    const archive = openBytes(bytes, { maxBytes: 1_000_000, maxEntries: 10 });
    await expect(archive.exists('zeros')).rejects.toMatchObject({
      message: expect.stringContaining('more than 1000000 bytes'),
    });
  });

  it.each([
    ['no gzip', randomBytes(2000)],
    ['no tar', gzipSync(randomBytes(2000))],
    ['nothing', Buffer.alloc(0)],
  ])('is refused when it is %s', async (_title, bytes) => {
    await expect(openBytes(bytes).exists('a')).rejects.toMatchObject({ code: 'source_archive_invalid' });
  });

  it('is refused when it is cut off', async () => {
    const bytes = await archiveOf([DOCKERFILE, { name: 'a', text: randomBytes(5000).toString('hex') }]);
    await expect(openBytes(bytes.subarray(0, 4000)).exists('a')).rejects.toMatchObject({
      code: 'source_archive_invalid',
    });
  });

  it('is refused when it is not the archive that was expected', async () => {
    const bytes = await archiveOf([DOCKERFILE]);
    const archive = openSourceArchive({ sha256: '0'.repeat(64), open: async () => Readable.from([bytes]) });
    await expect(archive.imageDigest(image)).rejects.toMatchObject({ message: expect.stringContaining('SHA-256') });
  });
});

describe('a stored source', () => {
  it('is indexed once in a process', async () => {
    const bytes = await archiveOf([DOCKERFILE, { name: 'a', text: randomBytes(8).toString('hex') }]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    let opened = 0;
    const open = async (): Promise<Readable> => {
      opened += 1;
      return Readable.from([bytes]);
    };
    for (let call = 0; call < 3; call += 1)
      expect(await (await openStoredSource(`sha256:${sha256}`, open)).exists('a')).toBe(true);
    expect(opened).toBe(1);
  });

  it('is not on this machine when the reference is a path', async () => {
    await expect(openStoredSource('/srv/app', async () => Readable.from([]))).rejects.toMatchObject({
      code: 'source_missing',
    });
  });
});

describe('packing a source tree', () => {
  it('refuses links that leave it, and says how to leave them out', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: 'FROM scratch\nCOPY bin /x', 'bin/python': { link: '/usr/bin/python3' } });
    await expect(packSource(directory, [image])).rejects.toMatchObject({
      message: expect.stringContaining('bin/python: a link that leaves'),
      hint: expect.stringContaining('.dockerignore'),
    });
  });

  it('keeps no archive that is large: it packs the same bytes again, and tells when a file changed meanwhile', async () => {
    const directory = await tempDirectory();
    const large = randomBytes(33 * 1024 * 1024);
    await writeTree(directory, { Dockerfile: 'FROM scratch\nCOPY large /x' });
    await writeFile(join(directory, 'large'), large);
    const packed = await packSource(directory, [image]);
    const again = await buffer(packed.open());
    expect([again.length, createHash('sha256').update(again).digest('hex')]).toEqual([packed.bytes, packed.sha256]);
    large[0] = (large[0] ?? 0) ^ 1;
    await writeFile(join(directory, 'large'), large);
    await expect(buffer(packed.open())).rejects.toMatchObject({ code: 'source_changed' });
  });
});
