import { describe, expect, it } from 'vitest';
import { buildImage } from '../../../src/simulator/registry/image-build.ts';

/** The last line of a build's output; fails the test when the build does not fail. */
function failure(dockerfile: string): string {
  const file = { path: 'Dockerfile', content: Buffer.from(dockerfile) };
  const order = { dockerfilePath: 'Dockerfile', platform: 'linux/amd64', buildArguments: new Map<string, string>() };
  const { output, result } = buildImage(
    new Map([
      [file.path, file],
      ['a.txt', { path: 'a.txt', content: Buffer.from('a') }],
    ]),
    order,
  );
  expect(result).toEqual({ kind: 'failed', exitCode: 1 });
  return output.at(-1) ?? '';
}

describe('the quick builds of ACR, which have no BuildKit, refuse', () => {
  // https://github.com/Azure/acr-builder/blob/main/scan/dependencies.go; https://github.com/Azure/acr/issues/697.
  it.each([
    'FROM --platform=$BUILDPLATFORM node:24 AS build',
    'FROM --platform=linux/amd64 node:24',
    'from --platform=$TARGETPLATFORM alpine as base',
    'FROM node AS',
  ])('%s, which their scanner cannot read', (line) => {
    expect(failure(`# first\n${line}\nCOPY a.txt /\n`)).toBe(
      `failed to scan dependencies: unable to understand line ${line}`,
    );
  });

  it('a later line that only looks like FROM, as their scanner knows no continuation lines', () => {
    expect(failure('FROM alpine\nRUN psql -c "SELECT a \\\n  FROM users WHERE b"\n')).toContain(
      'unable to understand line FROM users WHERE b',
    );
  });

  // https://github.com/moby/moby/blob/v23.0.7/builder/dockerfile/dispatchers.go
  it.each([
    ['RUN --mount=type=cache,target=/x make', 'mount'],
    ['RUN --network=none make', 'network'],
    ['RUN --security=insecure make', 'security'],
    ['COPY --chmod=755 a.txt /', 'chmod'],
    ['ADD --chmod=755 a.txt /', 'chmod'],
  ])('%s', (line, flag) => {
    expect(failure(`FROM alpine\n${line}`)).toBe(
      `the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
    );
  });

  // https://docs.docker.com/reference/dockerfile/#copy---parents; form: https://github.com/moby/moby/pull/40060.
  it.each([
    ['COPY --parents a.txt /', 'parents'],
    ['COPY --exclude=*.md . /', 'exclude'],
  ])('%s, which came later', (line, flag) => {
    expect(failure(`FROM alpine\n${line}`)).toBe(
      `Error response from daemon: dockerfile parse error line 2: unknown flag: ${flag}`,
    );
  });

  // https://github.com/containers/buildah/issues/3474
  it('here-documents, whose lines are instructions to them', () => {
    expect(failure('FROM alpine\nRUN <<EOF\necho hello\nEOF\n')).toBe(
      'Error response from daemon: dockerfile parse error line 3: unknown instruction: echo',
    );
    expect(failure('FROM alpine\nCOPY <<EOF /etc/motd\nRUN\nEOF\n')).toContain('unknown instruction: EOF');
  });
});
