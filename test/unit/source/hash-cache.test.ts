import { chmod, lstat, readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryTree } from '../../../src/source/directory-tree.ts';
import { type HashCache, openHashCache } from '../../../src/source/hash-cache.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

const HASH = 'a'.repeat(64);
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

/** Waits until the file system's clock has moved on, so that what was written before is no longer of this instant. */
async function nextInstant(directory: string): Promise<void> {
  const probe = join(directory, '.probe');
  const now = async (): Promise<bigint> => {
    await writeFile(probe, '');
    return (await lstat(probe, { bigint: true })).mtimeNs;
  };
  const before = await now();
  while ((await now()) <= before);
}

async function tree(): Promise<{ root: string; file: string; cacheFile: string }> {
  const root = await tempDirectory();
  await writeTree(root, { 'src/a': 'one' });
  await nextInstant(root);
  return { root, file: join(root, 'src/a'), cacheFile: join(root, '.cache/source-cache') };
}

async function hashed(root: string, cache: HashCache): Promise<string | undefined> {
  return (await directoryTree(root, { cache }).facts(['src/a']))[0]?.sha256;
}

/** Puts a hash that is plainly false into the cache, so that its use shows. */
async function poison(cacheFile: string, hash = HASH): Promise<void> {
  const text = await readFile(cacheFile, 'utf8');
  await writeFile(cacheFile, text.replace(/[0-9a-f]{64}/, hash));
}

describe('the cache of content hashes', () => {
  it('spares reading a file that has not changed', async () => {
    const { root, cacheFile } = await tree();
    await hashed(root, await openHashCache(cacheFile));
    await poison(cacheFile);
    expect(await hashed(root, await openHashCache(cacheFile))).toBe(HASH);
  });

  it.each([
    ['its content', async (file: string) => await writeFile(file, 'two')],
    [
      'its content, under the old time',
      async (file: string) => {
        const { mtime, atime } = await lstat(file);
        await writeFile(file, 'two');
        await utimes(file, atime, mtime);
      },
    ],
    ['its time', async (file: string) => await utimes(file, LONG_AGO, LONG_AGO)],
    ['its mode', async (file: string) => await chmod(file, 0o755)],
    [
      'its inode',
      async (file: string) => {
        await writeFile(`${file}.new`, 'two');
        await rename(`${file}.new`, file);
      },
    ],
  ])('does not know a file again that changed %s', async (_what, change) => {
    const { root, file, cacheFile } = await tree();
    await hashed(root, await openHashCache(cacheFile));
    await poison(cacheFile);
    await change(file);
    expect(await hashed(root, await openHashCache(cacheFile))).not.toBe(HASH);
  });

  it('keeps no file that was written since hashing began', async () => {
    const { root, file, cacheFile } = await tree();
    const cache = await openHashCache(cacheFile);
    await writeFile(file, 'two');
    await hashed(root, cache);
    expect(await readdir(root)).not.toContain('.cache/source-cache');
    await expect(readFile(cacheFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['empty', ''],
    ['of another format', 'another format\n"x" 1'],
    ['cut off', 'draftgenie-deploy source cache 1\n"src/a" 12,3'],
    ['binary', '\u0000\u0001\uFFFD'.repeat(500)],
  ])('is begun anew when it is %s', async (_title, text) => {
    const { root, cacheFile } = await tree();
    const good = await hashed(root, await openHashCache(cacheFile));
    const kept = await readFile(cacheFile, 'utf8');
    await writeFile(cacheFile, text);
    expect(await hashed(root, await openHashCache(cacheFile))).toBe(good);
    expect(await readFile(cacheFile, 'utf8')).toBe(kept);
  });

  it('leaves nothing but itself behind', async () => {
    const { root, cacheFile } = await tree();
    await hashed(root, await openHashCache(cacheFile));
    await hashed(root, await openHashCache(cacheFile));
    expect(await readdir(join(root, '.cache'))).toEqual(['source-cache']);
  });

  it('is read as earlier versions kept it, in no order', async () => {
    const { root, cacheFile } = await tree();
    const paths = ['src/a', 'src/b', 'src/c', 'src/a b'];
    await writeTree(root, { 'src/b': 'two', 'src/c': 'three', 'src/a b': 'four' });
    await nextInstant(root);
    await directoryTree(root, { cache: await openHashCache(cacheFile) }).facts(paths);
    const [format = '', ...lines] = (await readFile(cacheFile, 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual(lines.toSorted());
    const poisoned = lines.map((line) => line.replace(/[0-9a-f]{64}$/, HASH)).toReversed();
    await writeFile(cacheFile, `${[format.replace(/2$/, '1'), ...poisoned].join('\n')}\n`);
    const again = directoryTree(root, { cache: await openHashCache(cacheFile) });
    expect((await again.facts(paths)).map(({ sha256 }) => sha256)).toEqual(paths.map(() => HASH));
  });

  it('finds files in whatever order they are asked for, and none that it does not have', async () => {
    const { root, cacheFile } = await tree();
    const paths = Array.from({ length: 50 }, (_, index) => `src/${index % 7}/f${index}`);
    await writeTree(root, Object.fromEntries(paths.map((path) => [path, path])));
    await nextInstant(root);
    const known = paths.filter((_, index) => index % 3 > 0);
    await directoryTree(root, { cache: await openHashCache(cacheFile) }).facts(known);
    await writeFile(cacheFile, (await readFile(cacheFile, 'utf8')).replaceAll(/[0-9a-f]{64}/g, HASH));
    const facts = await directoryTree(root, { cache: await openHashCache(cacheFile) }).facts(paths);
    expect(paths.filter((_, index) => facts[index]?.sha256 === HASH)).toEqual(known);
  });

  it('keeps what another image had learnt', async () => {
    const { root, cacheFile } = await tree();
    await writeTree(root, { 'src/b': 'two' });
    await nextInstant(root);
    await directoryTree(root, { cache: await openHashCache(cacheFile) }).facts(['src/a']);
    await directoryTree(root, { cache: await openHashCache(cacheFile) }).facts(['src/b']);
    expect((await readFile(cacheFile, 'utf8')).trim().split('\n')).toHaveLength(3);
  });
});
