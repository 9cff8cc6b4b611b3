import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import dockerignore from '@balena/dockerignore';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/shared/errors.ts';
import { archiveTree } from '../../src/source/archive-tree.ts';
import { buildContext } from '../../src/source/context.ts';
import { readDockerfile } from '../../src/source/dockerfile/dockerfile.ts';
import { resolveGitRef } from '../../src/source/git-ref.ts';
import { parseIgnoreFile } from '../../src/source/ignore-file.ts';
import { selectEntries } from '../../src/source/select.ts';
import { mutated } from './mutations.ts';
import { expectRefusal, feed } from './run.ts';

const FOLDER = new URL('../../examples/draftgenie/docker/', import.meta.url);
const DOCKERFILES = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
const TRICKY = `# escape=\`
ARG BASE=alpine A=$A$A B=\${A:-x}\${B:+y}
FROM \${BASE} AS one
COPY --from=one a b
COPY ["a b", "c*", "[a-z]/?", "/x/"]
COPY <<TEXT /x
TEXT
RUN --mount=type=bind,source=src,target=/x --mount=type=cache,target=/y true
ADD https://example.com/a.tar ../x *.ts \\
  # a comment within
  src/**/deep /y/
ONBUILD COPY . .
`;
const IGNORE = readFileSync(new URL('../../examples/draftgenie/.dockerignore', import.meta.url), 'utf8');
const PATHS = [
  'Dockerfile',
  'a',
  'a.txt',
  'src/a.ts',
  'src/deep/b.ts',
  'with space/c',
  'é/😀',
  'a'.repeat(60),
  '-x',
  '[z]/q',
];
const CONTEXT = buildContext(PATHS.map((path) => ({ kind: 'file', path })));
const KNOWN = CONTEXT.entries.map(({ path }) => path);
const BOOLEANS = ['boolean', 'boolean'];
const SETTINGS = { platform: 'linux/amd64', buildArguments: { A: 'a' } };

describe('a hostile Dockerfile', () => {
  it('selects only what is in the context, and says the line of what it cannot', async () => {
    await feed('Dockerfiles', 3000, mutated(...DOCKERFILES, TRICKY), (text) => {
      const lines = text.split(/\r\n|\r|\n/).length;
      for (const builder of ['classic', 'buildkit'] as const) {
        const view = readDockerfile(text, { ...SETTINGS, builder });
        const { entries, problems } = selectEntries(view, CONTEXT, builder);
        for (const { path } of entries) expect(KNOWN).toContain(path);
        for (const { line, message } of [...problems, ...view.needsBuildKit]) {
          expect(line >= 1 && line <= lines, `line ${line} of ${lines}`).toBe(true);
          expect(message).toMatch(/^(COPY|ADD|RUN) |^no FROM/);
        }
      }
    });
  });
});

describe('a hostile ignore file', () => {
  it('is refused at its line or decides about every path', async () => {
    await feed('ignore files', 4000, mutated(IGNORE, '**/a*b*c\n!**/x/**\n[a-z]*/\\*\n#c\n'), (text) => {
      const { matches, mayTakeBackBelow, problems } = parseIgnoreFile(text);
      for (const path of PATHS) expect([typeof matches(path), typeof mayTakeBackBelow(path)]).toEqual(BOOLEANS);
      const lines = text.split('\n').length;
      for (const { line, message } of problems) {
        expect(line >= 1 && line <= lines, `line ${line} of ${lines}`).toBe(true);
        expect(message).toMatch(/^not a pattern: /);
      }
    });
  });

  it('means what it means to another reader of the format', async () => {
    const written = fc.stringMatching(/^(\*\*\/|\/)?[ab*?]{1,3}(\/([ab]|\*|\*\*)){0,3}\/?$/);
    // There Docker has changed since that package was written: `**file` matches `xfile`.
    const pattern = written.filter((text) => !/^\/?\*\*[^/]/.test(text));
    const path = fc.stringMatching(/^[abc]{1,2}(\/[abc]{1,2}){0,4}$/);
    const input = fc.tuple(
      fc.array(pattern, { minLength: 1, maxLength: 4 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
    );
    const other = dockerignore as unknown as typeof dockerignore.default;
    await feed('patterns against @balena/dockerignore', 3000, input, ([patterns, paths]) => {
      const theirs = other({ ignorecase: false }).add([...patterns]);
      const ours = parseIgnoreFile(patterns.join('\n'));
      for (const one of paths) {
        const parts = one.split('/');
        // Docker never looks into a folder that it ignores.
        const isIgnored = parts.some((_, index) => theirs.ignores(parts.slice(0, index + 1).join('/')));
        expect([one, ours.matches(one)]).toEqual([one, isIgnored]);
      }
    });
  });
});

async function archive(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, 'FROM scratch\nCOPY . .\n');
  tar.entry({ name: 'src/main.ts' }, 'x'.repeat(700));
  tar.entry({ name: 'link', type: 'symlink', linkname: 'src/main.ts' });
  tar.finalize();
  return await buffer(tar);
}

const NAMES = ['../../x', '/etc/passwd', 'a/../../b', '\0', '__proto__', 'C:\\x', '0000777\0', '7'.repeat(11)];

describe('a hostile source archive', () => {
  it('is refused by its digest or holds only names within it', async () => {
    const tar = await archive();
    const edit = fc.record({
      at: fc.nat({ max: tar.length - 1 }),
      noise: fc.uint8Array({ minLength: 1, maxLength: 12 }),
      name: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
    });
    const input = fc.tuple(fc.array(edit, { maxLength: 4 }), fc.boolean());
    await feed('source archives', 1500, input, async ([edits, isPackedFirst]) => {
      const bytes = Buffer.from(isPackedFirst ? gzipSync(tar) : tar);
      for (const { at, noise, name } of edits) {
        const place = at % bytes.length;
        // Names stand at the beginning of each block of 512 bytes.
        if (name !== undefined && !isPackedFirst) bytes.write(name, Math.floor(at / 512) * 512, 'latin1');
        else bytes.set(noise.subarray(0, bytes.length - place), place);
      }
      if (!isPackedFirst) for (let block = 0; block < bytes.length; block += 512) fixChecksum(bytes, block);
      const packed = isPackedFirst ? bytes : gzipSync(bytes);
      const sha256 = createHash('sha256').update(packed).digest('hex');
      try {
        const open = async () => Readable.from([packed]);
        const tree = archiveTree({ sha256, open, limits: { maxEntries: 100, maxBytes: 100_000 } });
        for (const { path } of (await tree.list('', () => false)) ?? []) {
          expect(path.startsWith('/') || path.split('/').includes('..'), path).toBe(false);
        }
      } catch (error) {
        expectRefusal(error, [UserError], /archive/);
      }
    });
  });
});

/** Makes a header's checksum right again, so that its names are read at all: the sum of its bytes, its own as spaces. */
function fixChecksum(bytes: Buffer, block: number): void {
  const header = bytes.subarray(block, block + 512);
  if (header.length < 512 || header.subarray(257, 262).toString('latin1') !== 'ustar') return;
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

describe('a hostile git server', () => {
  it('is refused by its address or gives a commit', async () => {
    const repository = 'https://example.com/org/app.git';
    const commit = 'a'.repeat(40);
    const packet = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
    const body = `${packet('# service=git-upload-pack\n')}0000${packet(`${commit} HEAD\0agent\n`)}${packet(`${commit} refs/heads/main\n`)}0000`;
    const headers = { 'content-type': 'application/x-git-upload-pack-advertisement' };
    const input = fc.tuple(mutated(body), fc.constantFrom(200, 200, 200, 401, 404, 500), fc.constantFrom('main', ''));
    await feed('git advertisements', 1500, input, async ([text, status, ref]) => {
      try {
        expect(await resolveGitRef({ repository, ref }, async () => new Response(text, { status, headers }))).toMatch(
          /^[0-9a-f]{40}([0-9a-f]{24})?$/,
        );
      } catch (error) {
        expectRefusal(error, [UserError], repository);
      }
    });
  });
});
