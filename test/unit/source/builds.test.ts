import { describe, expect, it } from 'vitest';
import { unreadableFrom } from '../../../src/source/dockerfile/from-scan.ts';
import type { ImageSource, SourceTree } from '../../../src/source/ports.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { archiveNames, image as buildKitImage } from './images.ts';

type Files = Record<string, string | { link: string }>;

const { builder: _, ...image } = buildKitImage;

async function sourceOf(files: Files): Promise<SourceTree> {
  const directory = await tempDirectory();
  await writeTree(directory, files);
  return await openSource(directory);
}

async function archived(files: Files, changes: Partial<ImageSource> = {}): Promise<readonly string[]> {
  const source = await sourceOf(files);
  return (await archiveNames(await source.archive({ ...image, ...changes }))).filter((name) => name !== 'Dockerfile');
}

const STAGES = [
  'FROM scratch AS base',
  'COPY base /',
  'FROM scratch AS test',
  'COPY test /',
  'FROM base AS app',
  'COPY app /',
  'FROM scratch',
  'COPY last /',
].join('\n');
const STAGED = { Dockerfile: STAGES, base: '', test: '', app: '', last: '' };

describe('the target of a build', () => {
  it('ends the classic build, which runs every stage before it', async () => {
    expect(await archived(STAGED, { builder: 'classic', target: 'app' })).toEqual(['app', 'base', 'test']);
    expect(await archived(STAGED, { builder: 'classic', target: 'BASE' })).toEqual(['base']);
  });

  it('is all that BuildKit builds, with the stages it is made of', async () => {
    expect(await archived(STAGED, { builder: 'buildkit', target: 'app' })).toEqual(['app', 'base']);
    expect(await archived(STAGED, { builder: 'buildkit' })).toEqual(['last']);
  });

  it('is the first of its name for the classic builder, and the newest for BuildKit', async () => {
    const files = { Dockerfile: 'FROM scratch AS a\nCOPY x /\nFROM scratch AS a\nCOPY y /', x: '', y: '' };
    expect(await archived(files, { builder: 'classic', target: 'a' })).toEqual(['x']);
    expect(await archived(files, { builder: 'buildkit', target: 'a' })).toEqual(['y']);
  });

  it('that no stage is called is refused', async () => {
    const source = await sourceOf(STAGED);
    for (const builder of ['classic', 'buildkit'] as const) {
      expect(await source.problems([{ ...image, builder, target: 'prod' }])).toEqual([
        'web: Dockerfile:1: no stage is called prod, which is the target',
      ]);
    }
  });
});

describe('the digest', () => {
  it('changes with target and arguments, and is what it was without them', async () => {
    const source = await sourceOf(STAGED);
    const plain = await source.imageDigest(image);
    expect(await source.imageDigest({ ...image, builder: 'classic' })).toBe(plain);
    const others = [
      { target: 'app' },
      { target: 'test' },
      { buildArguments: { A: '1' } },
      { buildArguments: { A: '2' } },
      { builder: 'buildkit' },
    ] as const;
    const digests = await Promise.all(others.map((other) => source.imageDigest({ ...image, ...other })));
    expect(new Set([plain, ...digests]).size).toBe(others.length + 1);
  });

  it('of a context of its own changes with that context only', async () => {
    const files = {
      'a/Dockerfile': 'FROM scratch\nCOPY . /',
      'a/x': '1',
      'b/Dockerfile': 'FROM scratch\nCOPY . /',
      'b/x': '1',
    };
    const digests = async (changed: Files) => {
      const source = await sourceOf({ ...files, ...changed });
      return await Promise.all(['a', './b/'].map((buildContext) => source.imageDigest({ ...image, buildContext })));
    };
    const [before, after] = [await digests({}), await digests({ 'b/x': '2' })];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });
});

describe('the builder', () => {
  const kindOf = async (Dockerfile: string, changes: Partial<ImageSource> = {}) =>
    await (await sourceOf({ Dockerfile, a: '' })).buildKind({ ...image, ...changes });

  it.each([
    ['nothing special', 'FROM node\nCOPY a /'],
    ['--link, which only caches know', 'FROM node\nCOPY --link a /'],
    ['variables that the scanner knows', 'ARG V=1\nFROM node:${V} AS b\nFROM b\nCOPY a /'],
  ])('is the classic one for %s', async (_title, dockerfile) => {
    expect(await kindOf(dockerfile)).toEqual({ builder: 'classic', isScannable: true });
  });

  it.each([
    ['RUN --mount', 'FROM node\nRUN --mount=type=cache,target=/x make'],
    ['a here-document', 'FROM node\nRUN <<EOF\necho\nEOF'],
    ['COPY --chmod', 'FROM node\nCOPY --chmod=755 a /'],
    ['ADD of a repository', 'FROM node\nADD git@github.com:a/b.git#main /b'],
    ['COPY --exclude', 'FROM node\nCOPY --exclude=x . /'],
    ['ADD --checksum, which the classic one passes over', 'FROM node\nADD --checksum=sha256:0 https://x.test/a /'],
  ])('is BuildKit for %s', async (_title, dockerfile) => {
    expect(await kindOf(dockerfile)).toEqual({ builder: 'buildkit', isScannable: true });
  });

  it('is BuildKit, not scanned, for lines that the scanner of ACR cannot read', async () => {
    const unscanned = { builder: 'buildkit', isScannable: false };
    expect(await kindOf('FROM --platform=$BUILDPLATFORM node AS b\nFROM node\nCOPY --from=b /x /')).toEqual(unscanned);
    expect(await kindOf('ARG V\nFROM node:${V:-22}')).toEqual(unscanned);
  });

  it('is BuildKit for a build with secrets, and the one that is asked for', async () => {
    expect(await kindOf('FROM node', { secretIds: ['x'] })).toEqual({ builder: 'buildkit', isScannable: true });
    expect(await kindOf('FROM node', { builder: 'buildkit' })).toEqual({ builder: 'buildkit', isScannable: true });
  });

  it('that is asked for and cannot build the Dockerfile is refused at each line', async () => {
    const source = await sourceOf({
      Dockerfile: 'FROM scratch\nCOPY --chmod=755 a /x\nRUN --mount=type=cache,target=/c true\nRUN <<EOF\nEOF',
      a: '',
    });
    expect(await source.problems([{ ...image, builder: 'classic' }])).toEqual([
      'web: Dockerfile:2: COPY with --chmod needs BuildKit, and the builder is the classic one',
      'web: Dockerfile:3: RUN with --mount needs BuildKit, and the builder is the classic one',
      'web: Dockerfile:4: RUN with a here-document needs BuildKit, and the builder is the classic one',
    ]);
    expect(await source.problems([image])).toEqual([]);
  });

  it('knows the stage that BuildKit names by the platform', async () => {
    const Dockerfile =
      'FROM --platform=$BUILDPLATFORM scratch AS for-amd64\nCOPY a /\nFROM scratch AS for-arm64\nCOPY b /\nFROM for-${TARGETARCH}';
    expect(await archived({ Dockerfile, a: '', b: '' })).toEqual(['a']);
  });
});

describe('the scanner of ACR', () => {
  const scan = (text: string, buildArguments = {}, target?: string) => unreadableFrom(text, { buildArguments, target });

  it.each([
    ['FROM node'],
    ['FROM scratch'],
    ['from ghcr.io:443/a/b_c/d--e:v1.2@sha256:'.concat('a'.repeat(64), ' as x')],
    ['FROM node AS a\nFROM a AS b\nFROM b'],
    ['ARG REGISTRY="ghcr.io"\nFROM $REGISTRY/x'],
    ['FROM node AS x rest is passed over'],
  ])('reads %s', (text) => expect(scan(text)).toBeUndefined());

  it.each([
    ['FROM --platform=linux/amd64 node', 1],
    ['# x\n\nFROM node\nFROM --platform=$BUILDPLATFORM node AS b', 4],
    ['FROM \\\n  node', 1],
    ['FROM node:${V:-22}', 1],
    ['FROM $NOTHING', 1],
    ['FROM node AS', 1],
    ['FROM Node', 1],
    ['FROM node\nRUN psql -c "SELECT a \\\n  FROM users WHERE b"', 3],
  ])('cannot read %s', (text, line) => expect(scan(text)?.line).toBe(line));

  it('knows given arguments, and reads no further than the target', () => {
    expect(scan('ARG BASE\nFROM $BASE')?.line).toBe(2);
    expect(scan('ARG BASE\nFROM $BASE', { BASE: 'node' })).toBeUndefined();
    expect(scan('FROM node AS app\nFROM --platform=x node', {}, 'app')).toBeUndefined();
  });

  it('takes no time for what looks like a name without end', () => {
    expect(scan(`FROM ${'a-'.repeat(20_000)}!`)?.line).toBe(1);
  });
});

describe('warnings of a build', () => {
  const warningsOf = async (files: Files, ...images: readonly Partial<ImageSource>[]) =>
    await (await sourceOf(files)).warnings(images.map((changes) => ({ ...image, ...changes })));

  it('are one line for all images that they are about', async () => {
    const files = { Dockerfile: 'FROM --platform=$BUILDPLATFORM node' };
    const [warning, ...more] = await warningsOf(files, { service: 'api' }, { service: 'web' });
    expect(warning).toMatch(/^api, web: Dockerfile:1: ACR's scanner .* leave out --platform/);
    expect(more).toEqual([]);
  });

  it('tell what is given and not taken, and taken and not given', async () => {
    const Dockerfile = 'ARG A\nFROM node\nARG TARGETARCH\nRUN make\n';
    expect(await warningsOf({ Dockerfile }, { buildArguments: { A: '1', B: '2', HTTP_PROXY: 'p' } })).toEqual([
      'web: Dockerfile:1: no ARG takes build.args.B',
      'web: Dockerfile:3: ARG TARGETARCH is empty, since the builder is the classic one; give build.args.TARGETARCH, or build.builder: buildkit',
    ]);
    expect(await warningsOf({ Dockerfile }, { builder: 'buildkit' })).toEqual([]);
  });

  it('tell of secrets that nobody mounts, and of mounts without one', async () => {
    const Dockerfile = 'FROM node\nRUN --mount=type=secret,id=npm cat /run/secrets/npm';
    expect(await warningsOf({ Dockerfile }, { secretIds: ['npm'] })).toEqual([]);
    expect(await warningsOf({ Dockerfile }, { secretIds: ['pip'] })).toEqual([
      'web: Dockerfile:1: no RUN mounts the secret pip of build.secrets',
      'web: Dockerfile:2: RUN mounts the secret npm, which build.secrets does not give',
    ]);
    const required = await sourceOf({ Dockerfile: 'FROM node\nRUN --mount=type=secret,required,target=/x/npm make' });
    expect(await required.problems([{ ...image, secretIds: [] }])).toEqual([
      'web: Dockerfile:2: RUN requires the secret npm, which build.secrets does not give',
    ]);
  });
});

describe('what is no source', () => {
  it('is the configuration, and the image goes without it', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { 'app/Dockerfile': 'FROM scratch\nCOPY . /', 'app/a': '', 'app/deploy.yaml': 'x' });
    const own = { ...image, buildContext: 'app' };
    const source = await openSource(directory, { configFiles: [`${directory}/app/deploy.yaml`] });
    expect(await archiveNames(await source.archive(own))).toEqual(['Dockerfile', 'a']);
    expect(await source.warnings([own])).toEqual([
      'web: app/deploy.yaml is the configuration of the deployment and no source: the image goes without it',
    ]);
    const digest = await source.imageDigest(own);
    await writeTree(directory, { 'app/deploy.yaml': 'y' });
    const again = await openSource(directory, { configFiles: [`${directory}/app/deploy.yaml`] });
    expect(await again.imageDigest(own)).toBe(digest);
  });

  it('is the overlay of an environment either', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { Dockerfile: 'FROM scratch\nCOPY . /', a: '', 'c.yaml': '', 'c.staging.yaml': '' });
    const source = await openSource(directory, { configFiles: [`${directory}/c.yaml`, `${directory}/c.staging.yaml`] });
    expect(await archiveNames(await source.archive(image))).toEqual(['Dockerfile', 'a']);
    expect(await source.warnings([image])).toHaveLength(2);
  });

  it('is refused where it is copied by its name, and not spoken of where nobody wants it', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, {
      Dockerfile: 'FROM scratch\nCOPY c.yaml /',
      B: 'FROM scratch\nCOPY a /',
      a: '',
      'c.yaml': '',
    });
    const source = await openSource(directory, { configFiles: [`${directory}/c.yaml`] });
    expect(await source.problems([image])).toEqual([
      'web: Dockerfile:2: COPY c.yaml: no such file in the build context: it is the configuration of the deployment, which is no source',
    ]);
    expect(await source.warnings([{ ...image, dockerfile: 'B' }])).toEqual([]);
  });

  it('is a context outside of the source', async () => {
    const source = await sourceOf(STAGED);
    for (const buildContext of ['..', '../other', '/etc', 'a/../..']) {
      expect(await source.problems([{ ...image, buildContext }])).toEqual([
        expect.stringContaining(`web: ${buildContext}: the build context lies outside the source`),
      ]);
    }
  });
});

describe('a submodule that was not fetched', () => {
  const MODULES = '[submodule "lib"]\n\tpath = vendor/lib\n\turl = https://x.test/lib.git\n';
  const reason = 'vendor/lib is a git submodule that was not fetched (git submodule update --init)';

  it('is the reason why a file or a Dockerfile is missing', async () => {
    const source = await sourceOf({ '.gitmodules': MODULES, Dockerfile: 'FROM scratch\nCOPY vendor/lib/x /' });
    expect(await source.problems([image])).toEqual([
      `web: Dockerfile:2: COPY vendor/lib/x: no such file in the build context: ${reason}`,
    ]);
    const [missing] = await source.problems([{ ...image, buildContext: 'vendor/lib' }]);
    expect(missing).toMatch(new RegExp(`no such Dockerfile .*: ${reason.replaceAll(/[()]/g, '\\$&')}$`));
  });

  it('is named when it is copied empty, and not when it was fetched', async () => {
    const Dockerfile = 'FROM scratch\nCOPY . /';
    const empty = { '.gitmodules': MODULES, Dockerfile, 'vendor/lib/.keep': '', '.dockerignore': 'vendor/lib/.keep' };
    expect(await (await sourceOf(empty)).warnings([image])).toEqual([]);
    const { 'vendor/lib/.keep': _keep, ...bare } = empty;
    const directory = await tempDirectory();
    await writeTree(directory, bare);
    const { mkdir } = await import('node:fs/promises');
    await mkdir(`${directory}/vendor/lib`, { recursive: true });
    expect(await (await openSource(directory)).warnings([image])).toEqual([
      'web: vendor/lib is a git submodule that was not fetched, and is copied empty (git submodule update --init)',
    ]);
  });
});
