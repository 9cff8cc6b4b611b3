import { describe, expect, it } from 'vitest';
import type { BuildOrder } from '../../../src/simulator/registry/build-order.ts';
import { buildImage } from '../../../src/simulator/registry/image-build.ts';
import type { SourceArchive } from '../../../src/simulator/registry/source-archive.ts';

type Files = Readonly<Record<string, string>>;

const order: BuildOrder = {
  ...{ dockerfilePath: 'Dockerfile', platform: 'linux/amd64', buildArguments: new Map() },
  ...{ builder: 'buildkit', isScanned: false },
};

function build(files: Files, changes: Partial<BuildOrder> = {}) {
  const archive: SourceArchive = new Map(
    Object.entries(files).map(([path, text]) => [path, { path, content: Buffer.from(text) }]),
  );
  return buildImage(archive, { ...order, ...changes });
}

function failure(Dockerfile: string, changes: Partial<BuildOrder> = {}): string {
  const { output, result } = build({ Dockerfile, 'a.txt': 'a' }, changes);
  expect(result).toEqual({ kind: 'failed', exitCode: 1 });
  return (output.at(-1) ?? '').replace('ERROR: failed to build: failed to solve: ', '');
}

function image(files: Files, changes: Partial<BuildOrder> = {}) {
  const { output, result } = build(files, changes);
  if (result.kind !== 'built') throw new Error(output.join('\n'));
  return { ...result, output };
}

describe('BuildKit in the simulator', () => {
  it.each([
    [
      'mounts, networks and here-documents',
      'RUN --mount=type=cache,target=/c --network=none make\nRUN <<EOF\nCOPPY x\nEOF',
    ],
    ['modes, links, parents and exclusions', 'COPY --chmod=755 --link --parents --exclude=*.md a.txt /x/'],
    ['a file written in place', 'COPY <<-"EOF" a.txt /x/\n\thello\n\tEOF\nRUN true'],
    ['a wildcard that nothing matches', 'COPY *.lock /x/'],
    ['a platform that it offers', 'FROM --platform=$BUILDPLATFORM go AS b\nFROM --platform=linux/$TARGETARCH alpine'],
  ])('builds %s', (_, lines) => {
    image({ Dockerfile: `FROM alpine\n${lines}`, 'a.txt': 'a' });
  });

  it.each([
    ['a file that is not there', 'COPY b.txt /', /"\/b\.txt": not found$/],
    ['a mount of what is not there', 'RUN --mount=type=bind,source=x,target=/x make', /"\/x": not found$/],
    ['a command that exits', 'RUN make || exit 3', /exit code: 3$/],
    ['an insecure command', 'RUN --security=insecure make', /security\.insecure is not allowed$/],
    ['a secret that it must have', 'RUN --mount=type=secret,id=npm,required=true make', /^secret npm: not found$/],
    [
      'a secret that is not there when it is read',
      'RUN --mount=type=secret,id=npm cat /run/secrets/npm',
      /exit code: 1$/,
    ],
    ['a here-document without an end', 'RUN <<EOF\nmake', /unterminated heredoc$/],
    ['an unknown flag', 'COPY --mode=1 a.txt /', /unknown flag: mode$/],
    ['a platform without a value', 'FROM --platform=$NOTHING alpine', /"" is an invalid component/],
    ['a base without a name', 'FROM $NOTHING', /base name \(\$NOTHING\) should not be blank$/],
  ])('refuses %s', (_, lines, message) => {
    expect(failure(`FROM alpine\n${lines}`)).toMatch(message);
  });

  it('builds the target and what it is made of, and nothing else', () => {
    const Dockerfile = [
      'FROM alpine AS base',
      'COPY base /',
      'FROM alpine AS broken',
      'COPY missing /',
      'FROM base AS app',
      'RUN --mount=from=tools,target=/t true',
      'COPY --from=0 /base /',
      'FROM app',
      'COPY missing /',
    ].join('\n');
    image({ Dockerfile, base: '' }, { target: 'APP' });
    expect(failure(Dockerfile, { target: 'other' })).toBe('target stage "other" could not be found');
    expect(build({ Dockerfile, base: '' }).result.kind).toBe('failed');
    expect(build({ Dockerfile, base: '' }, { target: 'app', builder: 'classic' }).result.kind).toBe('failed');
  });

  it('takes the ignore file of the Dockerfile before that of the context', () => {
    const files = { Dockerfile: 'FROM alpine\nCOPY a b /x/', a: '', b: '', '.dockerignore': 'a' };
    expect(build(files).result.kind).toBe('failed');
    image({ ...files, 'Dockerfile.dockerignore': 'c' });
  });

  it('is scanned in a build step, as the classic builder', () => {
    expect(failure('FROM --platform=$BUILDPLATFORM alpine', { isScanned: true })).toBe(
      'failed to scan dependencies: unable to understand line FROM --platform=$BUILDPLATFORM alpine',
    );
    expect(failure('ARG V\nFROM alpine:${V:-3}', { isScanned: true })).toContain('Failed to parse image reference');
    expect(failure('FROM \\\n  alpine', { isScanned: true })).toContain('Failed to parse image reference');
  });

  it('shows a secret that a command shows, and has none of it in the image', () => {
    const files = { Dockerfile: 'FROM alpine\nRUN --mount=type=secret,id=npm cat /run/secrets/npm' };
    const [one, other] = ['one', 'other'].map((value) => image(files, { secrets: new Map([['npm', value]]) }));
    expect(one?.output).toContain('#7 0.100 one');
    expect(other?.digest).toBe(one?.digest);
  });

  it('makes another image for other arguments and another target', () => {
    const files = { Dockerfile: 'ARG A=1\nFROM alpine AS x\nFROM alpine' };
    const digests = [{}, { target: 'x' }, { buildArguments: new Map([['A', '2']]) }].map(
      (one) => image(files, one).digest,
    );
    expect(new Set(digests).size).toBe(3);
  });
});
