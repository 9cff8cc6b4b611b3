import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

const image = { service: 'web', buildContext: '.', dockerfile: 'Dockerfile', platform: 'linux/amd64' };

async function archiveNames(bytes: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  const tar = extract();
  Readable.from([bytes]).pipe(createGunzip()).pipe(tar);
  for await (const entry of tar) {
    names.push(entry.header.name);
    await buffer(entry);
  }
  return names;
}

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

const TREE = {
  'a.txt': 'a',
  'b.txt': 'b',
  'c.md': 'c',
  'src/main.ts': 'main',
  'src/deep/x.ts': 'x',
  'src/deep/y.md': 'y',
  'lib/one.js': '1',
  'with space/f': 'f',
};

describe('files that a build sees', () => {
  const cases: readonly (readonly [title: string, dockerfile: string, ignore: string, expected: readonly string[]])[] =
    [
      ['one file', 'COPY a.txt /x', '', ['a.txt']],
      ['several sources', 'COPY a.txt b.txt /x/', '', ['a.txt', 'b.txt']],
      ['a folder with all below it', 'COPY src /x', '', ['src/deep/x.ts', 'src/deep/y.md', 'src/main.ts']],
      ['a folder with a trailing slash', 'COPY src/ /x', '', ['src/deep/x.ts', 'src/deep/y.md', 'src/main.ts']],
      ['a path from the root of the context', 'COPY /lib /x', '', ['lib/one.js']],
      ['a path with a dot', 'COPY ./lib/one.js /x', '', ['lib/one.js']],
      ['everything for a dot', 'COPY . .', '', Object.keys(TREE)],
      ['a wildcard in one folder', 'COPY *.txt /x/', '', ['a.txt', 'b.txt']],
      ['a wildcard that names folders', 'COPY s* /x/', '', ['src/deep/x.ts', 'src/deep/y.md', 'src/main.ts']],
      ['a wildcard in the middle', 'COPY */main.ts /x/', '', ['src/main.ts']],
      ['a question mark', 'COPY ?.txt /x/', '', ['a.txt', 'b.txt']],
      ['a character set', 'COPY [ac].* /x/', '', ['a.txt', 'c.md']],
      ['the JSON form', 'COPY ["with space/f", "/x"]', '', ['with space/f']],
      ['nothing from another stage', 'COPY --from=build /a.txt /x', '', []],
      ['sources behind a flag', 'COPY --chown=1:1 a.txt /x', '', ['a.txt']],
      ['ADD as COPY', 'ADD lib /x', '', ['lib/one.js']],
      ['nothing for a remote ADD', 'ADD https://example.com/a.tgz /x', '', []],
      ['the default of an ARG', 'ARG DIR=lib\nCOPY ${DIR} /x', '', ['lib/one.js']],
      [
        'an ENV made of an ARG',
        'ARG DIR=src\nENV SUB=${DIR}/deep\nCOPY $SUB /x',
        '',
        ['src/deep/x.ts', 'src/deep/y.md'],
      ],
      ['a fallback in the variable', 'ARG DIR\nCOPY ${DIR:-lib} /x', '', ['lib/one.js']],
      ['everything for a value only the build knows', 'ARG DIR\nCOPY $DIR /x', '', Object.keys(TREE)],
      ['a bind mount of RUN', 'RUN --mount=type=bind,source=lib,target=/l true', '', ['lib/one.js']],
      ['no bind mount of another stage', 'RUN --mount=type=bind,from=build,source=lib,target=/l true', '', []],
      ['no cache mount', 'RUN --mount=type=cache,target=/c true', '', []],
      ['no here-document', 'COPY <<EOF /x\nsrc lib\nEOF', '', []],
      ['no here-document of RUN', 'RUN <<EOF\nCOPY src lib\nEOF', '', []],
      ['no ONBUILD', 'ONBUILD COPY src /x', '', []],
      ['continued lines', 'COPY a.txt \\\n  b.txt \\\n  /x/', '', ['a.txt', 'b.txt']],
      ['another escape character', '# escape=`\nFROM scratch\nCOPY a.txt `\n  b.txt /x/', '', ['a.txt', 'b.txt']],
      ['what the ignore file leaves', 'COPY . .', 'src\n*.md', ['a.txt', 'b.txt', 'lib/one.js', 'with space/f']],
      ['what an exception takes back', 'COPY src /x', 'src\n!src/main.ts', ['src/main.ts']],
      ['a pattern in any folder', 'COPY src /x', '**/*.md', ['src/deep/x.ts', 'src/main.ts']],
      ['no comment of the ignore file', 'COPY src /x', '# src\n\nsrc/deep/', ['src/main.ts']],
      ['a leading slash in the ignore file', 'COPY . .', '/src\n/lib', ['a.txt', 'b.txt', 'c.md', 'with space/f']],
      ['the last matching pattern', 'COPY lib /x', '!lib\nlib\n!lib/one.js', ['lib/one.js']],
    ];

  it.each(cases)('holds %s', async (_title, dockerfile, ignore, expected) => {
    const text = dockerfile.includes('FROM') ? dockerfile : `FROM scratch\n${dockerfile}`;
    const files: Record<string, string> = { ...TREE, Dockerfile: text };
    if (ignore !== '') files['.dockerignore'] = ignore;
    const names = (await seen(files)).filter((name) => name !== '.dockerignore');
    expect(names).toEqual([...expected].sort());
  });

  it('prefers the ignore file that belongs to the Dockerfile', async () => {
    const names = await seen({
      ...TREE,
      Dockerfile: 'FROM scratch\nCOPY *.txt /x/',
      '.dockerignore': 'a.txt',
      'Dockerfile.dockerignore': 'b.txt',
    });
    expect(names).toEqual(['a.txt']);
  });

  it('sends the Dockerfile even when it is ignored', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: 'FROM scratch\nCOPY a /a', a: '', '.dockerignore': 'Dockerfile' });
    expect(await archiveNames(await (await openSource(directory)).archive(image))).toEqual(['Dockerfile', 'a']);
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
            return [await source.imageDigest(image), Buffer.from(await source.archive(image)).toString('base64')];
          };
          expect(await write([...files].reverse(), new Date(0))).toEqual(await write(files, new Date()));
        },
      ),
      { numRuns: 15 },
    );
  });
});
