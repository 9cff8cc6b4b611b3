import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { openArchiveTree } from '../../../src/source/archive-tree.ts';
import { packSource } from '../../../src/source/pack-source.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { openStoredSource } from '../../../src/source/stored-source.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

function image(service: string, dockerfile: string) {
  return { service, buildContext: 'app', dockerfile, platform: 'linux/amd64' };
}

const IMAGES = [image('web', 'docker/web'), image('worker', 'docker/Dockerfile.worker')];
const FILES = {
  'app/docker/web': 'FROM scratch\nCOPY web /web\nCOPY lib/ /lib\n',
  'app/docker/web.dockerignore': '**/*.md\n',
  'app/docker/Dockerfile.worker': 'FROM scratch\nCOPY worker* /\nCOPY lib/one.js /\n',
  'app/web/index.html': '<html>',
  'app/web/README.md': 'ignored',
  'app/web/start.sh': '#!/bin/sh',
  'app/web/latest': { link: 'index.html' },
  'app/lib/one.js': '1',
  'app/lib/two.js': '2',
  'app/worker.py': 'work',
  'app/prisma/schema.prisma': 'model',
  'app/notes/private.txt': 'not for a build',
};

async function application(): Promise<string> {
  const directory = await tempDirectory();
  await writeTree(directory, FILES);
  await chmod(join(directory, 'app/web/start.sh'), 0o755);
  return directory;
}

function stored({ sha256, bytes }: { readonly sha256: string; readonly bytes: Uint8Array }) {
  return openStoredSource(`sha256:${sha256}`, async () => Readable.from([bytes]));
}

describe('sources from an archive', () => {
  it('have the digests, archives and problems that the folder has', async () => {
    const directory = await application();
    const folder = await openSource(directory);
    const archive = await stored(await packSource(directory, IMAGES));
    for (const one of IMAGES) {
      expect(await archive.imageDigest(one)).toBe(await folder.imageDigest(one));
      expect(Buffer.compare(await archive.archive(one), await folder.archive(one))).toBe(0);
    }
    const broken = image('broken', 'docker/absent');
    expect(await archive.problems([...IMAGES, broken])).toEqual([
      expect.stringContaining('docker/absent: no such Dockerfile'),
    ]);
  });

  it('hold what the builds see, and what was asked for besides', async () => {
    const directory = await application();
    const packed = await packSource(directory, IMAGES, ['app/prisma/schema.prisma', 'app/migrations']);
    const tree = await openArchiveTree(packed.sha256, async () => Readable.from([packed.bytes]));
    const names = (await tree.entries('', { ignores: () => false, hasExceptions: false })).map(({ path }) => path);
    expect(names).toEqual([
      'app/docker/Dockerfile.worker',
      'app/docker/web',
      'app/docker/web.dockerignore',
      'app/lib/one.js',
      'app/lib/two.js',
      'app/prisma/schema.prisma',
      'app/web/index.html',
      'app/web/latest',
      'app/web/start.sh',
      'app/worker.py',
    ]);
    expect(await tree.exists('app/prisma')).toBe(true);
    expect(await tree.exists('app/pris')).toBe(false);
    expect(await tree.exists('app/notes')).toBe(false);
  });

  it('have the same digest for the same files, and another one when a file can be run', async () => {
    const first = await packSource(await application(), IMAGES);
    const directory = await application();
    expect((await packSource(directory, IMAGES)).sha256).toBe(first.sha256);
    await chmod(join(directory, 'app/web/index.html'), 0o755);
    expect((await packSource(directory, IMAGES)).sha256).not.toBe(first.sha256);
  });

  it('are not on this machine when the reference is a path', async () => {
    await expect(openStoredSource('/srv/app', async () => Readable.from([]))).rejects.toMatchObject({
      code: 'source_missing',
    });
  });
});

async function archiveOf(entries: readonly (Partial<Header> & { name: string })[]): Promise<Uint8Array> {
  const tar = pack();
  const bytes = buffer(tar);
  for (const header of entries) {
    if (header.type === undefined) tar.entry(header as Header, 'content');
    else tar.entry(header as Header);
  }
  tar.finalize();
  return gzipSync(await bytes);
}

function open(bytes: Uint8Array, limits?: { entries: number; bytes: number }) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return openArchiveTree(sha256, async () => Readable.from([bytes]), limits);
}

describe('an archive', () => {
  it.each([
    ['leads up', [{ name: '../etc/passwd' }]],
    ['leads up from within', [{ name: 'a/../../b' }]],
    ['is absolute', [{ name: '/etc/passwd' }]],
    ['has a backslash', [{ name: 'a\\..\\b' }]],
    ['is there twice', [{ name: 'a' }, { name: './a' }]],
    ['is a device', [{ name: 'a', type: 'character-device' as const }]],
    ['is a hard link', [{ name: 'a', type: 'link' as const, linkname: 'b' }]],
  ])('with a name that %s is refused', async (_what, entries) => {
    const bytes = await archiveOf(entries);
    await expect(open(bytes)).rejects.toMatchObject({ code: 'source_archive_invalid' });
  });

  it('that is another one than was named is refused', async () => {
    const bytes = await archiveOf([{ name: 'a' }]);
    await expect(openArchiveTree('0'.repeat(64), async () => Readable.from([bytes]))).rejects.toThrow('its digest is');
  });

  it('that is cut off, or none at all, is refused', async () => {
    const bytes = await archiveOf([{ name: 'a' }]);
    await expect(open(bytes.subarray(0, bytes.length - 20))).rejects.toMatchObject({ code: 'source_archive_invalid' });
    await expect(open(Buffer.from('no archive'))).rejects.toMatchObject({ code: 'source_archive_invalid' });
    await expect(open(gzipSync('x'.repeat(2000)))).rejects.toMatchObject({ code: 'source_archive_invalid' });
  });

  it('that unpacks to more than is allowed is given up', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    await expect(open(bomb, { entries: 10, bytes: 1_000_000 })).rejects.toThrow('more than 1000000 bytes');
    const many = await archiveOf(Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` })));
    await expect(open(many, { entries: 10, bytes: 1_000_000 })).rejects.toThrow('more than 10 entries');
  });

  it('keeps links as links, wherever they point: nothing is unpacked', async () => {
    const bytes = await archiveOf([{ name: 'l', type: 'symlink', linkname: '/etc/passwd' }]);
    const tree = await open(bytes);
    expect(await tree.readText('l')).toBeUndefined();
    expect(await tree.entries('', { ignores: () => false, hasExceptions: false })).toMatchObject([
      { path: 'l', linkTarget: '/etc/passwd' },
    ]);
  });
});
