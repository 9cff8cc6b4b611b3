import { z } from 'zod';
import type { ImageRegistry } from '../azure/ports.ts';
import type { LocalBuild, LocalBuilder, LocalProgress } from '../engine/local-builder.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';
import { BUILD_TIMEOUT_IN_SECONDS, type BuildOutcome, buildFailure } from './build-failure.ts';

/** Docker ends it before that. */
const ENDS_WITHIN_IN_SECONDS = 2 * BUILD_TIMEOUT_IN_SECONDS;
const LONGEST_PAUSE_IN_SECONDS = 4;

/** What this run has pushed, which it does not build again while it waits for others. */
const builds = defineRecords({
  name: 'local-build',
  scope: 'run',
  schema: z.object({ tag: z.string(), digest: z.string() }),
});

/** Of which sources docker builds it, by their tag: they may change meanwhile. */
const begun = defineRecords({ name: 'local-build-begun', scope: 'run', schema: z.object({ tag: z.string() }) });

export interface LocalOrder {
  readonly registry: ImageRegistry;
  readonly service: string;
  readonly repository: string;
  readonly tag: string;
  /** What is built, without the token; asked for when the build begins. */
  begin(): Promise<Omit<LocalBuild, 'token' | 'noCache' | 'timeoutInSeconds'>>;
}

type Ended = Exclude<LocalProgress, { readonly kind: 'running' }>;

/**
 * Begins the build of an image by the docker of this machine, or looks at it once. It is no more than the process: a run that goes on in
 * another one builds again, and pushes the same tag.
 * @throws UserError `build_failed` with the last lines of what docker said, `docker_unavailable`
 */
export async function followLocalBuild(context: StepContext, order: LocalOrder): Promise<BuildOutcome> {
  const { service, registry, repository, tag } = order;
  const done = context.memory.read(builds, service);
  if (done) return { kind: 'built', digest: done.digest };
  const builder = localBuilderOf(context);
  const title = `the build of ${service}`;
  const ended = await untilReady<Ended>(context, `local-build:${service}`, async () => {
    const progress = await builder.follow(`${context.runId} ${service}`, async () => {
      await context.memory.write(begun, { tag }, service);
      context.progress(`${service}: docker begins to build`);
      const token = await registry.signInToken();
      const noCache = context.reason.forced;
      return { ...(await order.begin()), token, noCache, timeoutInSeconds: BUILD_TIMEOUT_IN_SECONDS };
    });
    for (const line of progress.lines) context.log('info', line, service);
    await context.toldDurably();
    if (progress.kind !== 'running') return progress;
    return notReady<Ended>({
      on: title,
      limitInSeconds: ENDS_WITHIN_IN_SECONDS,
      longestPauseInSeconds: LONGEST_PAUSE_IN_SECONDS,
      whenOver: () => ({
        kind: 'failed',
        lines: [],
        end: 'timed_out',
        why: `it did not end within ${ENDS_WITHIN_IN_SECONDS} seconds`,
        tail: '',
      }),
    });
  });
  if (isWaiting(ended)) return ended;
  if (ended.kind === 'failed') throw buildFailure(service, ended);
  const { tag: pushed } = context.memory.read(begun, service) ?? { tag };
  const digest = await registry.digestOf(repository, pushed);
  if (digest !== undefined) {
    await context.memory.write(builds, { tag: pushed, digest }, service);
    return { kind: 'built', digest };
  }
  throw new UserError(`Docker built and pushed ${service}, and the registry has no image ${repository}:${pushed}.`, {
    code: 'build_failed',
  });
}

function localBuilderOf({ localBuilder }: StepContext): LocalBuilder {
  if (localBuilder) return localBuilder;
  throw noDocker('there is none where this runs');
}

/** Before anything is made: whether what `docker.builder: local` asks for can be. @throws UserError `docker_unavailable` */
export async function requireLocalBuilder(builder: LocalBuilder | undefined): Promise<void> {
  if (!builder) throw noDocker('there is none where this runs: an app has no docker; deploy from the command line');
  const obstacle = await builder.obstacle();
  if (obstacle !== undefined) throw noDocker(obstacle);
}

function noDocker(why: string): UserError {
  return new UserError(`docker.builder is local, so that images are built by the docker of this machine, and ${why}.`, {
    code: 'docker_unavailable',
    hint: 'Start docker, or take docker.builder out of the configuration: then the registry builds.',
  });
}
