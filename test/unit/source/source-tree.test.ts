import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../../../src/source/ports.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { archiveEntries, archiveNames, image } from './images.ts';

async function seen(files: Record<string, string | { link: string }>): Promise<string[]> {
  const directory = await tempDirectory();
  await writeTree(directory, files);
  const names = await archiveNames(await (await openSource(directory)).archive(image));
  return names.filter((name) => name !== 'Dockerfile');
}

async function problemsOf(files: Record<string, string | { link: string }>): Promise<readonly string[]> {
  const directory = await tempDirectory();
  await writeTree(directory, files);
  return await (await openSource(directory)).problems([image]);
}

describe('files that a build sees', () => {
  it('prefers the ignore file that belongs to the Dockerfile', async () => {
    const names = await seen({
      'a.txt': 'a',
      'b.txt': 'b',
      Dockerfile: 'FROM scratch\nCOPY *.txt /x/',
      '.dockerignore': 'a.txt',
      'Dockerfile.dockerignore': 'b.txt',
    });
    expect(names).toEqual(['Dockerfile.dockerignore', 'a.txt']);
  });

  it('sends the Dockerfile even when it is ignored', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: 'FROM scratch\nCOPY a /a', a: '', '.dockerignore': 'Dockerfile' });
    expect(await archiveNames(await (await openSource(directory)).archive(image))).toEqual([
      '.dockerignore',
      'Dockerfile',
      'a',
    ]);
  });

  it('follows a source that is a link inside the context', async () => {
    const names = await seen({ Dockerfile: 'FROM scratch\nCOPY current /x', 'v1/f': 'f', current: { link: 'v1' } });
    expect(names).toEqual(['current', 'v1/f']);
  });
});

describe('problems with the sources', () => {
  it('names the line of a source that is not there', async () => {
    expect(await problemsOf({ Dockerfile: 'FROM scratch\n\nCOPY poetry.lock /x' })).toEqual([
      'web: Dockerfile:3: COPY poetry.lock: no such file in the build context',
    ]);
  });

  it('finds a source that only the ignore file hides', async () => {
    expect(await problemsOf({ Dockerfile: 'FROM scratch\nCOPY a /x', a: 'a', '.dockerignore': 'a' })).toHaveLength(1);
  });

  it('says that an ignore file hides it', async () => {
    expect(await problemsOf({ Dockerfile: 'FROM scratch\nCOPY a /x', a: 'a', '.dockerignore': 'a' })).toEqual([
      'web: Dockerfile:2: COPY a: no such file in the build context: an ignore file leaves it out',
    ]);
  });

  it('names everything at once: Dockerfile, ignore file, and every line', async () => {
    const Dockerfile = 'FROM scratch\nCOPY none a[ ../up /x/\nADD gone /x\nRUN --mount=source=lost,target=/y true';
    expect(await problemsOf({ Dockerfile, '.dockerignore': '\n[' })).toEqual([
      'web: .dockerignore:2: not a pattern: [: [ without its ]',
      'web: Dockerfile:2: COPY a[: [ without its ]',
      'web: Dockerfile:3: ADD gone: no such file in the build context',
      'web: Dockerfile:4: RUN lost: no such file in the build context',
    ]);
  });

  it('names a wildcard without a match, which the classic builder refuses and BuildKit does not', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: 'FROM scratch\nCOPY *.lock /x/' });
    const source = await openSource(directory);
    expect(await source.problems([image])).toEqual([]);
    expect(await source.problems([{ ...image, builder: 'classic' }])).toEqual([
      'web: Dockerfile:2: COPY *.lock: no file of the build context matches',
    ]);
  });

  it('says that a file is no Dockerfile, and that one lies outside the context', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: '# nothing', 'app/x': '' });
    const source = await openSource(directory);
    const other = { ...image, buildContext: 'app', dockerfile: '../Dockerfile' };
    expect(await source.problems([image, other])).toEqual([
      'web: Dockerfile:1: no FROM, so there is nothing to build',
      'web: ../Dockerfile: the Dockerfile lies outside the build context',
    ]);
  });

  it('refuses paths outside the context', async () => {
    expect(await problemsOf({ Dockerfile: 'FROM scratch\nCOPY ../secret /x' })).toEqual([
      'web: Dockerfile:2: COPY ../secret: outside the build context',
    ]);
  });

  it('refuses a source that is a link out of the context', async () => {
    expect(await problemsOf({ Dockerfile: 'FROM scratch\nCOPY out /x', out: { link: '../../etc' } })).toEqual([
      'web: Dockerfile:2: COPY out: a link that leaves the build context',
    ]);
  });

  it('survives links in a circle', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY a /x', a: { link: 'b' }, b: { link: 'a' } };
    expect(await problemsOf(files)).toHaveLength(1);
  });

  it('says when the Dockerfile is missing', async () => {
    expect((await problemsOf({ a: 'a' }))[0]).toContain('Dockerfile: no such Dockerfile');
  });

  it('says when the source is no directory', async () => {
    const directory = await tempDirectory();
    await expect(openSource(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'source_missing' });
  });
});

describe('digest and archive', () => {
  const DOCKERFILE = 'FROM scratch\nCOPY src /x';

  async function digestOf(files: Record<string, string>): Promise<string> {
    const directory = await tempDirectory();
    await writeTree(directory, files);
    return await (await openSource(directory)).imageDigest(image);
  }

  it('change with the content of a file that the build sees, and only then', async () => {
    const base = await digestOf({ Dockerfile: DOCKERFILE, 'src/a': '1', 'docs/b': '1' });
    expect(await digestOf({ Dockerfile: DOCKERFILE, 'src/a': '1', 'docs/b': '2' })).toBe(base);
    expect(await digestOf({ Dockerfile: DOCKERFILE, 'src/a': '2', 'docs/b': '1' })).not.toBe(base);
    expect(await digestOf({ Dockerfile: `${DOCKERFILE}\n`, 'src/a': '1', 'docs/b': '1' })).not.toBe(base);
    expect(await digestOf({ Dockerfile: DOCKERFILE, 'src/b': '1', 'docs/b': '1' })).not.toBe(base);
  });

  it('are the same for the same tree, whatever its times and the order it was written in', async () => {
    const file = fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), content: fc.string() });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { selector: ({ name }) => name, minLength: 1, maxLength: 6 }),
        async (files) => {
          const write = async (order: typeof files, time: Date): Promise<[string, string]> => {
            const directory = await tempDirectory();
            await writeTree(directory, { Dockerfile: DOCKERFILE });
            for (const { name, content } of order) {
              await writeTree(directory, { [`src/${name}`]: content });
              await utimes(join(directory, 'src', name), time, time);
            }
            const source = await openSource(directory);
            return [await source.imageDigest(image), (await buffer(await source.archive(image))).toString('base64')];
          };
          expect(await write([...files].reverse(), new Date(0))).toEqual(await write(files, new Date()));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('change with any selected file and with no other, and with whatever else makes an image', async () => {
    const directory = await tempDirectory();
    const files: Record<string, string> = { 'src/a': '1', 'src/b/c': '2', 'src/d.md': '3', e: '4', 'docs/f': '5' };
    await writeTree(directory, { ...files, Dockerfile: 'FROM scratch\nCOPY src e /x/', '.dockerignore': '**/*.md' });
    const source = await openSource(directory);
    const base = await source.imageDigest(image);
    const seenFiles = await archiveNames(await source.archive(image));
    for (const path of [...Object.keys(files), 'Dockerfile', '.dockerignore']) {
      const before = await readFile(join(directory, path), 'utf8');
      await writeFile(join(directory, path), `${before}\n`);
      const changed = await (await openSource(directory)).imageDigest(image);
      expect(changed !== base, path).toBe(seenFiles.includes(path));
      await writeFile(join(directory, path), before);
    }
    expect(await (await openSource(directory)).imageDigest(image)).toBe(base);
    const others: readonly Partial<ImageSource>[] = [
      { platform: 'linux/arm64' },
      { builder: 'classic' },
      { buildArguments: { VERSION: '1' } },
    ];
    for (const other of others) expect(await source.imageDigest({ ...image, ...other })).not.toBe(base);
  });

  it('count whether a file is executable, and no other part of its mode', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: DOCKERFILE, 'src/run.sh': '' });
    const digests: string[] = [];
    for (const mode of [0o644, 0o600, 0o755, 0o700]) {
      await chmod(join(directory, 'src/run.sh'), mode);
      digests.push(await (await openSource(directory)).imageDigest(image));
    }
    expect([digests[1], digests[3]]).toEqual([digests[0], digests[2]]);
    expect(digests[2]).not.toBe(digests[0]);
    const entries = await archiveEntries(await (await openSource(directory)).archive(image));
    expect(entries.map(({ header: { name, mode, uid } }) => [name, mode, uid])).toEqual([
      ['Dockerfile', 0o644, 0],
      ['src/run.sh', 0o755, 0],
    ]);
  });

  it('keep links as links', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: DOCKERFILE, 'src/l': { link: 'a' }, 'src/a': '' });
    const entries = await archiveEntries(await (await openSource(directory)).archive(image));
    expect(entries.map(({ header: { name, linkname } }) => [name, linkname])).toContainEqual(['src/l', 'a']);
  });

  it('stream a file that is larger than any buffer, and end when nobody reads on', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: DOCKERFILE, 'src/small': 's' });
    await writeFile(join(directory, 'src/large'), randomBytes(5_000_000));
    const source = await openSource(directory);
    const entries = await archiveEntries(await source.archive(image));
    expect(entries.map(({ header: { name }, content }) => [name, content.length])).toEqual([
      ['Dockerfile', DOCKERFILE.length],
      ['src/large', 5_000_000],
      ['src/small', 1],
    ]);
    const abandoned = await source.archive(image);
    await once(abandoned, 'readable');
    abandoned.destroy();
    await once(abandoned, 'close');
    expect(abandoned.destroyed).toBe(true);
  });

  it('break the archive when a file changes after it was digested', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: DOCKERFILE, 'src/a': 'old' });
    const archive = await (await openSource(directory)).archive(image);
    await writeFile(join(directory, 'src/a'), 'new');
    await expect(buffer(archive)).rejects.toMatchObject({ code: 'source_changed' });
  });
});

describe('instructions meant to hurt', () => {
  const builds = (dockerfile: string, ignore = ''): Promise<readonly string[]> =>
    problemsOf({
      Dockerfile: `FROM scratch\n${dockerfile}`,
      '.dockerignore': ignore,
      a: 'a',
      [`${'a'.repeat(60)}`]: 'a',
    });

  it('a variable made of itself ends unresolved, so the build may see everything', async () => {
    expect(await builds(`ARG A=${'$A'.repeat(10)}\nCOPY $A /x`)).toEqual([]);
  });

  it('a variable that doubles from line to line ends unresolved', async () => {
    const lines = Array.from({ length: 40 }, () => `ENV A=${'$A'.repeat(10)}`).join('\n');
    expect(await builds(`ENV A=aaaaaaaaaa\n${lines}\nCOPY $A /x`)).toEqual([]);
    expect(await builds(`COPY ${'${A:-'.repeat(20_000)}a${'}'.repeat(20_000)} /x`)).toEqual([]);
  });

  it('a variable called constructor is not there', async () => {
    expect(await builds('ARG constructor\nCOPY ${constructor:-a} /x')).toEqual([]);
  });

  it('a range that ends before it begins matches nothing', async () => {
    expect(await builds('COPY [z-a] /x')).toEqual([]);
  });

  it('brackets without end are named with their line', async () => {
    expect(await builds('COPY a* [a /x')).toEqual(['web: Dockerfile:2: COPY [a: [ without its ]']);
  });

  it('a bad pattern of the ignore file is named with its line', async () => {
    expect(await builds('COPY a /x', '*.md\n[a\n')).toEqual([expect.stringContaining('.dockerignore:2: ')]);
  });

  it('the ignore file tells upper from lower case, as Docker does', async () => {
    const names = await seen({ Dockerfile: 'FROM scratch\nCOPY . .', '.dockerignore': 'readme.md', 'README.md': 'x' });
    expect(names).toContain('README.md');
  });
});
