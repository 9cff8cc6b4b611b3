import type { ImageRegistry } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { type ImageUser, imageUsers } from '../domain/config/workloads.ts';
import type { Output } from '../domain/steps.ts';
import type { LocalBuild } from '../engine/local-builder.ts';
import { settleAll } from '../engine/settle.ts';
import type { Due, FactSources, Facts, Step, StepContext } from '../engine/step.ts';
import { tellOnce } from '../engine/tell-once.ts';
import { withOwnAttempts } from '../engine/waiting/own-attempts.ts';
import { isWaiting, untilAny, type Waiting } from '../engine/waiting/waiting.ts';
import { followBuild, isBuildBegun } from '../images/image-build.ts';
import { imagesToBuild, sharersOf } from '../images/image-sources.ts';
import { followLocalBuild } from '../images/local-build.ts';
import { sharedUpload } from '../images/shared-upload.ts';
import { type BuildSecrets, buildSecretFacts, buildSecrets, secretsOfBuild } from '../secrets/build-secrets.ts';
import { UserError } from '../shared/errors.ts';
import { hashJson } from '../shared/json.ts';
import type { ImageSource, SourceTree } from '../source/ports.ts';

/** Step 9: an image for every application service and job, tagged by the digest of its sources and deployed by the registry's. */
export const buildAndPushImages: Step = {
  name: 'build_and_push_images',
  // No ARM resources: images lie in the registry's data plane.
  desire: () => [],
  facts,
  // The key of the keyed hashes is made while the images are built.
  lateFacts: secretFacts,
  renews,

  async run(context) {
    // Observe, ensure, sync: all images at once, each looked up, built and followed on its own.
    const answers = new Map<string, Promise<string | Waiting>>();
    const answerOf = (user: ImageUser): Promise<string | Waiting> => {
      const build = { name: `the image of ${user.name}`, service: user.key };
      const answer = answers.get(user.key) ?? withOwnAttempts(context, build, () => imageOf(context, user, answerOf));
      answers.set(user.key, answer);
      return answer;
    };
    const results = await settleAll(
      imageUsers(context.config).map(async (user) => [user.key, await answerOf(user)] as const),
    );
    const waits = results.flatMap(([, result]) => (typeof result !== 'string' ? [result] : []));
    if (waits.length > 0) return untilAny(waits);

    // Check: each of them has a reference; what we build, by digest.
    return {
      kind: 'completed',
      outputs: Object.fromEntries(results.map(([key, image]) => [`image.${key}`, String(image)])),
    };
  },
};

/** The image whose sources changed; all that are built when it is forced, or the registry or its settings are others. */
function renews({ changed, forced }: Due, config: DeploymentConfig): readonly Output[] {
  const isOfOne = (name: string): boolean => /^(?:file|secret):/.test(name);
  const renewsAll = forced || changed.some((name) => !isOfOne(name));
  return builtServices(config).flatMap((service): Output[] => {
    const own = [`file:${service.key}`, ...secretsOfBuild(service).map((name) => `secret:${name}`)];
    return renewsAll || own.some((name) => changed.includes(name)) ? [['image', service.key]] : [];
  });
}

function builtServices(config: DeploymentConfig): readonly ImageUser[] {
  const built = imagesToBuild(config).map(({ service }) => service);
  return imageUsers(config).filter(({ key }) => built.includes(key));
}

async function secretFacts(sources: FactSources): Promise<Facts> {
  const { config } = sources;
  const isBuilding = !(config.deployment.skipBuild || config.docker.registry);
  return isBuilding ? await buildSecretFacts(sources, config, builtServices(config)) : {};
}

/** Digests of the sources of what is built. @throws UserError `source_invalid` */
async function facts(sources: FactSources): Promise<Facts> {
  const { config, source } = sources;
  if (!source || config.deployment.skipBuild || config.docker.registry) return {};
  const built = imagesToBuild(config);
  const problems = await source.problems(built);
  if (problems.length > 0) {
    throw new UserError(
      `Images cannot be built from ${source.location}:\n${problems.map((one) => `  ${one}`).join('\n')}`,
      {
        code: 'source_invalid',
        hint: 'Nothing was created. Correct the Dockerfiles or the sources, or name another tree with --source DIR.',
      },
    );
  }
  const digests = await settleAll(
    built.map(async (image) => [`file:${image.service}`, await source.imageDigest(image)]),
  );
  return { ...Object.fromEntries(digests), ...(await secretFacts(sources)) };
}

/**
 * The full reference of a service's image, or what it waits for.
 *
 * @param answerOf the same of another one, which has its image built for both
 */
async function imageOf(
  context: StepContext,
  service: ImageUser,
  answerOf: (user: ImageUser) => Promise<string | Waiting>,
): Promise<string | Waiting> {
  const { registry: foreign } = context.config.docker;
  if (service.image !== undefined) return service.image;
  if (foreign) return `${foreign.server}/${service.name}:latest`;
  const registryId = context.outputs.read('registryId');
  const loginServer = context.outputs.read('loginServer');
  const registry = context.azure.registry(registryId, loginServer);
  const own = { context, registry, loginServer, service };
  if (context.config.deployment.skipBuild) return await existingImage(own);
  const source = requireSource(context);
  const image = imagesToBuild(context.config).find((one) => one.service === service.key);
  if (!image) throw new Error(`no image source for ${service.key}`);
  return await buildImage({ ...own, image, source, answerOf });
}

interface Wanted {
  readonly context: StepContext;
  readonly registry: ImageRegistry;
  readonly loginServer: string;
  readonly service: ImageUser;
}

interface Build extends Wanted {
  readonly image: ImageSource;
  readonly source: SourceTree;
  readonly answerOf: (user: ImageUser) => Promise<string | Waiting>;
}

async function buildImage(build: Build): Promise<string | Waiting> {
  const { context, registry, loginServer, service, image, source, answerOf } = build;
  const { config, reason } = context;
  const secrets = await buildSecrets(context, service);
  if (isWaiting(secrets)) return secrets;
  const tag = tagOf(await source.imageDigest(image), secrets.marks);
  const sharers = sharersOf(service, config);
  const [maker = service] = sharers;
  if (!isBuildBegun(context, service.key)) {
    // Whoever built it: the tag says what is in it. Its own comes first: it may be of a time when each was built for itself.
    const users = maker.key === service.key ? sharers : [service];
    const found = reason.forced ? undefined : await imageOfTag(build, users, tag);
    if (found !== undefined) {
      const message = `${service.name}: the image of these sources is there already`;
      await tellOnce(context, `found:${service.key}`, message, context.progress);
      return found;
    }
    if (maker.key !== service.key) return await answerOf(maker);
  }
  const repository = repositoryOf(config, service);
  const order = { registry, service: service.key, repository, tag };
  if (config.docker.builder === 'local') {
    const built = await followLocalBuild(context, { ...order, begin: () => localBuild(build, order, secrets) });
    return isWaiting(built) ? built : `${loginServer}/${repository}@${built.digest}`;
  }
  const result = await followBuild(context, {
    ...order,
    dockerfile: image.dockerfile,
    kind: await source.buildKind(image),
    target: image.target,
    buildArguments: image.buildArguments,
    secrets: secrets.values,
    sourceLocation: async () => (await source.address(image)) ?? (await upload(build)),
  });
  return isWaiting(result) ? result : `${loginServer}/${repository}@${result.digest}`;
}

function repositoryOf({ azure }: DeploymentConfig, { name }: ImageUser): string {
  return `${azure.projectName}/${name}`;
}

/** The image that has this tag in the repository of one of these, by its digest. */
async function imageOfTag(
  { context, registry, loginServer }: Wanted,
  users: readonly ImageUser[],
  tag: string,
): Promise<string | undefined> {
  for (const user of users) {
    const repository = repositoryOf(context.config, user);
    const digest = await registry.digestOf(repository, tag);
    if (digest !== undefined) return `${loginServer}/${repository}@${digest}`;
  }
  return undefined;
}

async function localBuild(
  { loginServer, image, source }: Build,
  { repository, tag }: { readonly repository: string; readonly tag: string },
  secrets: BuildSecrets,
): Promise<Omit<LocalBuild, 'token' | 'noCache' | 'timeoutInSeconds'>> {
  const { target, buildArguments, dockerfile, platform } = image;
  return {
    loginServer,
    reference: `${loginServer}/${repository}:${tag}`,
    context: (await source.address(image)) ?? (await source.archive(image)),
    builder: (await source.buildKind(image)).builder,
    ...{ dockerfile, platform },
    ...(target !== undefined && { target }),
    ...(buildArguments && { buildArguments }),
    secrets: await secrets.values(),
  };
}

async function upload({ context, registry, source, image }: Build): Promise<string> {
  return await sharedUpload(context, registry, await source.sharedArchive(image, imagesToBuild(context.config)));
}

/** `deployment.skip_build`: the image of the last deployment, or of these sources, or the newest; never a new one. */
async function existingImage(wanted: Wanted): Promise<string | Waiting> {
  const { context, service } = wanted;
  const recorded = context.previous?.outputs[`image.${service.key}`];
  if (recorded?.includes('@sha256:')) return recorded;
  const image = imagesToBuild(context.config).find((one) => one.service === service.key);
  const secrets = await buildSecrets(context, service);
  if (isWaiting(secrets)) return secrets;
  const ofSources = image && context.source ? [tagOf(await context.source.imageDigest(image), secrets.marks)] : [];
  const users = [service, ...sharersOf(service, context.config).filter(({ key }) => key !== service.key)];
  for (const tag of [...ofSources, 'latest']) {
    const found = await imageOfTag(wanted, users, tag);
    if (found !== undefined) return found;
  }
  throw new UserError(
    `deployment.skip_build is set, and the registry has no image of ${service.name} (${repositoryOf(context.config, service)}).`,
    {
      code: 'image_missing',
      hint: 'Set deployment.skip_build to false once, or push the image.',
    },
  );
}

function requireSource({ source }: StepContext): SourceTree {
  if (source) return source;
  throw new UserError('Images have to be built, and there is no source tree.', {
    code: 'source_missing',
    hint: 'Name it with --source DIR.',
  });
}

/**
 * Tags have at most 128 characters; this many digits of a SHA-256 do not collide.
 * @param marks keyed hashes of the secrets that the build is given, by their ids
 */
function tagOf(sources: string, marks: Readonly<Record<string, string>>): string {
  const digest = Object.keys(marks).length === 0 ? sources : hashJson({ sources, secrets: marks });
  return `src-${digest.slice(0, 32)}`;
}
