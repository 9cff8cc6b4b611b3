import type { Readable } from 'node:stream';
import type { LocalBuild } from '../../../engine/local-builder.ts';

export interface DockerTools {
  readonly hasBuildx: boolean;
  /** Of the daemon; undefined: docker finds it by itself. */
  readonly host: string | undefined;
}

interface Command {
  readonly args: readonly string[];
  readonly input?: Readable;
  /** Variables besides those of the process. */
  readonly more: Readonly<Record<string, string>>;
}

/**
 * What builds and pushes an image: buildx does both (https://docs.docker.com/reference/cli/docker/buildx/build/), docker itself one
 * after the other, with BuildKit where the Dockerfile needs that. The context is an address, or comes by standard input; secrets come
 * by variables of the one process that reads them (https://docs.docker.com/build/building/secrets/).
 */
export function buildCommands(build: LocalBuild, { hasBuildx }: DockerTools): readonly Command[] {
  const { reference, context, builder, secrets = {} } = build;
  const ids = Object.keys(secrets);
  const isAddress = typeof context === 'string';
  const flags = [...flagsOf(build, ids), isAddress ? context : '-'];
  const input = isAddress ? {} : { input: context };
  const values = Object.fromEntries(ids.map((id, index) => [variableOf(index), secrets[id] ?? '']));
  if (hasBuildx)
    return [{ args: ['buildx', 'build', '--push', '--progress', 'plain', ...flags], ...input, more: values }];
  const needsBuildKit = builder === 'buildkit';
  const more = { ...values, DOCKER_BUILDKIT: needsBuildKit ? '1' : '0' };
  return [
    { args: ['build', ...flags], ...input, more },
    { args: ['push', reference], more: {} },
  ];
}

function flagsOf(build: LocalBuild, secretIds: readonly string[]): readonly string[] {
  const { reference, platform, dockerfile, target, noCache, buildArguments = {} } = build;
  return [
    ...['--platform', platform, '--tag', reference, '--file', dockerfile],
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...secretIds.flatMap((id, index) => ['--secret', `id=${id},env=${variableOf(index)}`]),
    ...(noCache ? ['--no-cache'] : []),
  ];
}

/** Ids are no names of variables. */
function variableOf(index: number): string {
  return `DRAFTGENIE_BUILD_SECRET_${index}`;
}
