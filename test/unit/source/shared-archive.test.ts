import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../../../src/source/ports.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { archiveNames, image } from './images.ts';

const one: ImageSource = { ...image, service: 'one', dockerfile: 'one.Dockerfile' };
const two: ImageSource = { ...image, service: 'two', dockerfile: 'two.Dockerfile' };
const COPY_ALL = 'FROM scratch\nCOPY src /src\n';

async function treeOf(files: Readonly<Record<string, string>>) {
  const directory = await tempDirectory();
  await writeTree(directory, {
    'src/a': 'a',
    'src/b': 'b',
    'one.Dockerfile': COPY_ALL,
    'two.Dockerfile': COPY_ALL,
    ...files,
  });
  return { directory, source: await openSource(directory) };
}

async function idsOf(files: Readonly<Record<string, string>>, images: readonly ImageSource[] = [one, two]) {
  const { source } = await treeOf(files);
  const archives = await Promise.all(images.map((each) => source.sharedArchive(each, images)));
  return archives.map(({ id }) => id);
}

describe('an archive for several images', () => {
  it('is one where they see the same files, and has the Dockerfiles of all of them', async () => {
    const { source } = await treeOf({ other: '' });
    const [first, second] = [await source.sharedArchive(one, [one, two]), await source.sharedArchive(two, [one, two])];
    expect(first.id).toBe(second.id);
    expect(await archiveNames(first.open())).toEqual(['one.Dockerfile', 'src/a', 'src/b', 'two.Dockerfile']);
    expect((await buffer(first.open())).equals(await buffer(second.open()))).toBe(true);
  });

  it('is that of the image alone where there is no other', async () => {
    const { source } = await treeOf({});
    const { open } = await source.sharedArchive(one, [one]);
    expect((await buffer(open())).equals(await buffer(await source.archive(one)))).toBe(true);
  });

  it.each([
    ['see other files', { 'two.Dockerfile': 'FROM scratch\nCOPY src/a /src/\n' }],
    ['have an ignore file of their own', { 'two.Dockerfile.dockerignore': 'other\n' }],
  ])('is none for images that %s', async (_, files) => {
    const [first, second] = await idsOf(files);
    expect(first).not.toBe(second);
  });

  it('is none for images of another folder', async () => {
    const inFolder = { ...image, service: 'three', buildContext: 'src', dockerfile: 'Dockerfile' };
    const ids = await idsOf({ 'src/Dockerfile': 'FROM scratch\nCOPY a b /\n' }, [one, inFolder]);
    expect(new Set(ids).size).toBe(2);
  });

  it('is another where a file or a Dockerfile is another', async () => {
    const variants: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'src/a': 'x' },
      { 'two.Dockerfile': `${COPY_ALL}CMD ["x"]\n` },
    ];
    const ids = await Promise.all(variants.map(async (files) => (await idsOf(files))[0]));
    expect(new Set(ids).size).toBe(variants.length);
  });

  it('holds what was digested, or none', async () => {
    const { directory, source } = await treeOf({});
    await source.imageDigest(one);
    await writeFile(join(directory, 'src/a'), 'other');
    const { open } = await source.sharedArchive(two, [one, two]);
    await expect(buffer(open())).rejects.toMatchObject({ code: 'source_changed' });
  });
});
