import { describe, expect, it } from 'vitest';
import type { BuildOrder } from '../../../src/simulator/registry/build-order.ts';
import { listeningPorts } from '../../../src/simulator/registry/image.ts';
import { buildImage } from '../../../src/simulator/registry/image-build.ts';
import type { SourceArchive } from '../../../src/simulator/registry/source-archive.ts';

function archive(files: Readonly<Record<string, string>>): SourceArchive {
  return new Map(Object.entries(files).map(([path, text]) => [path, { path, content: Buffer.from(text) }]));
}

const order: BuildOrder = { dockerfilePath: 'Dockerfile', platform: 'linux/amd64', buildArguments: new Map() };

function build(files: Readonly<Record<string, string>>, changes: Partial<BuildOrder> = {}) {
  return buildImage(archive(files), { ...order, ...changes });
}

function failure(files: Readonly<Record<string, string>>, changes: Partial<BuildOrder> = {}): string {
  const verdict = build(files, changes);
  expect(verdict.result.kind).toBe('failed');
  return verdict.output.at(-1) ?? '';
}

function image(files: Readonly<Record<string, string>>, changes: Partial<BuildOrder> = {}) {
  const verdict = build(files, changes);
  if (verdict.result.kind !== 'built') throw new Error(verdict.output.join('\n'));
  return verdict.result;
}

describe('the simulated image builder', () => {
  it('fails when the Dockerfile is not where the order says', () => {
    expect(failure({ Dockerfile: 'FROM scratch' }, { dockerfilePath: 'docker/Dockerfile.api' })).toBe(
      'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /workspace/docker/Dockerfile.api: no such file or directory',
    );
  });

  it.each([
    ['a file that is not there', 'COPY poetry.lock ./', 'stat poetry.lock: no such file or directory'],
    ['a second file that is not there', 'COPY a.txt poetry.lock ./', 'stat poetry.lock: no such file or directory'],
    ['an added file that is not there', 'ADD missing.tar /', 'ADD failed: file not found in build context'],
    ['an added repository, which needs BuildKit', 'ADD git@github.com:a/b.git /b', 'file not found in build context'],
    ['the exec form', 'COPY ["no such.txt", "/"]', 'stat no such.txt: no such file or directory'],
    ['a wildcard without a match', 'COPY *.lock ./', 'COPY failed: no source files were specified'],
    ['a path outside the context', 'COPY ../secret /', 'forbidden path outside the build context: ../secret'],
    ['a variable that is empty', 'COPY x$WHAT/y /', 'stat x/y: no such file or directory'],
    [
      'several files into a file',
      'COPY a.txt src/b.txt /target',
      'the destination must be a directory and end with a /',
    ],
    ['one argument', 'COPY a.txt', 'COPY requires at least two arguments'],
    ['a mount, which needs BuildKit', 'RUN --mount=type=cache,target=/x pip install x', 'requires BuildKit'],
    ['a command that exits', 'RUN echo before && exit 3', 'returned a non-zero code: 3'],
    ['an unknown instruction', 'COPPY a.txt /', 'unknown instruction: COPPY'],
  ])('fails on %s', (_, line, message) => {
    expect(failure({ Dockerfile: `FROM alpine\n${line}`, 'a.txt': 'a', 'src/b.txt': 'b', 'src/a': 'a' })).toContain(
      message,
    );
  });

  it('expands variables in COPY from ARG, ENV and the build arguments', () => {
    const files = { Dockerfile: 'FROM alpine\nARG DIR=a\nENV FILE=x.txt\nCOPY $DIR/${FILE} /\n', 'b/x.txt': '1' };
    expect(failure(files)).toContain('stat a/x.txt');
    expect(image(files, { buildArguments: new Map([['DIR', 'b']]) }).digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('ignores what COPY takes from another stage, and remote sources', () => {
    image({
      Dockerfile: [
        'FROM node AS build',
        'COPY package.json .',
        'FROM alpine',
        'COPY --from=build /dist /app',
        'ADD https://example.com/x.tgz /x',
      ].join('\n'),
      'package.json': '{}',
    });
  });

  it('reads continuation lines, comments in them, other escapes and upper and lower case', () => {
    image({
      Dockerfile: '# escape=`\nfrom alpine\ncopy a.txt `\n  # why\n\n  b.txt `\n  /app/\n',
      'a.txt': 'a',
      'b.txt': 'b',
    });
  });

  it('leaves out what .dockerignore excludes', () => {
    const files = { Dockerfile: 'FROM alpine\nCOPY dist /dist', 'dist/a': '1', '.dockerignore': 'dist' };
    expect(failure(files)).toContain('excluded by .dockerignore: stat dist');
  });

  it('gives the same digest for the same content, whatever else lies in the archive', () => {
    const files = { Dockerfile: 'FROM alpine\nCOPY src /src', 'src/a': '1' };
    expect(image({ ...files, 'docs/x': 'unrelated' }).digest).toBe(image(files).digest);
    expect(image({ ...files, 'src/a': '2' }).digest).not.toBe(image(files).digest);
    expect(image({ ...files, 'src/b': '' }).digest).not.toBe(image(files).digest);
    expect(image(files, { platform: 'linux/arm64' }).digest).not.toBe(image(files).digest);
    expect(image({ ...files, Dockerfile: `${files.Dockerfile}\n# x` }).digest).not.toBe(image(files).digest);
  });

  it('stops at the target stage and refuses one that does not exist', () => {
    const files = { Dockerfile: 'FROM alpine AS one\nEXPOSE 1\nFROM alpine AS two\nCOPY missing /' };
    expect(image(files, { target: 'one' }).behaviour.exposedPorts).toEqual([1]);
    expect(failure(files, { target: 'three' })).toBe('failed to reach build target three in Dockerfile');
  });

  it('learns from the Dockerfile which ports and paths the image serves', () => {
    const { behaviour } = image({
      Dockerfile: [
        'FROM alpine AS base',
        'EXPOSE 8000/tcp 9000-9001',
        'FROM base',
        'LABEL draftgenie.simulator.health="/health,/ready"',
        'CMD ["serve"]',
      ].join('\n'),
    });
    expect(behaviour).toMatchObject({ exposedPorts: [8000, 9000, 9001], healthPaths: ['/health', '/ready'] });
    expect(listeningPorts(behaviour, new Map([['PORT', '1234']]))).toEqual([8000, 9000, 9001]);
  });

  it('lets an image that reads PORT listen there', () => {
    const { behaviour } = image({ Dockerfile: 'FROM alpine\nENV PORT=3000\nEXPOSE 3000' });
    expect(listeningPorts(behaviour, new Map())).toEqual([3000]);
    expect(listeningPorts(behaviour, new Map([['PORT', '8080']]))).toEqual([8080]);
    expect(image({ Dockerfile: 'FROM alpine\nCMD serve --port ${PORT:-80}' }).behaviour.readsPort).toBe(true);
  });

  it('takes the markers of an unhealthy image and of a failing job only from copied files', () => {
    const markers = { 'a/.unhealthy': '', 'a/.failing-job': '7\nrelation "users" exists\n' };
    const { behaviour } = image({ Dockerfile: 'FROM alpine\nCOPY a /a', ...markers });
    expect(behaviour.sickness).toBe('probes');
    expect(behaviour.failingJob).toEqual({ exitCode: 7, console: ['relation "users" exists'] });
    const other = image({ Dockerfile: 'FROM alpine\nCOPY b /b', 'b/x': '', ...markers }).behaviour;
    expect(other).toMatchObject({ sickness: null, failingJob: null });
  });

  it.each([
    ['a marker file', { 'app/.unhealthy': 'never-ready since today' }, 'never-ready'],
    ['a marker file with another word', { 'app/.unhealthy': 'ill' }, 'probes'],
    ['a mark in a source file', { 'app/main.py': '# simulator:unhealthy=crash\nprint()\n' }, 'crash'],
    ['a mark without a kind', { 'app/main.py': 'print() # simulator:unhealthy' }, 'probes'],
    ['no mark', { 'app/main.py': 'print()' }, null],
  ])('is made sick by %s', (_, files, sickness) => {
    expect(image({ Dockerfile: 'FROM alpine\nCOPY app /app', ...files }).behaviour.sickness).toBe(sickness);
  });
});
