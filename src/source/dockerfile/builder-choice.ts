import type { Builder, ImageSource } from '../ports.ts';
import { type DockerfileView, type LineMessage, readDockerfile } from './dockerfile.ts';
import { unreadableFrom } from './from-scan.ts';

export interface BuilderChoice {
  readonly builder: Builder;
  /** The Dockerfile as that builder reads it. */
  readonly view: DockerfileView;
  /** The line that ACR's scanner cannot read. */
  readonly unreadable: LineMessage | undefined;
}

/** The builder that is asked for, else the classic one of quick builds wherever it makes the image. */
export function readForBuilder(text: string, image: ImageSource): BuilderChoice {
  const { platform, target, buildArguments = {} } = image;
  const read = (builder: Builder): DockerfileView =>
    readDockerfile(text, { builder, platform, buildArguments, target });
  const unreadable = unreadableFrom(text, { buildArguments, target });
  const asked = image.builder ?? ((image.secretIds ?? []).length > 0 ? 'buildkit' : undefined);
  if (asked !== undefined) return { builder: asked, view: read(asked), unreadable };
  const classic = read('classic');
  if (unreadable === undefined && classic.needsBuildKit.length === 0)
    return { builder: 'classic', view: classic, unreadable };
  return { builder: 'buildkit', view: read('buildkit'), unreadable };
}

/** What the builder that was asked for cannot do, and what the Dockerfile cannot do without. */
export function builderProblems(view: DockerfileView, image: ImageSource, builder: Builder): readonly LineMessage[] {
  const given = image.secretIds ?? [];
  const missing = view.secretMounts.filter(({ id, isRequired }) => isRequired && !given.includes(id));
  return [
    ...(builder === 'classic'
      ? view.needsBuildKit.map(({ line, message }) => ({
          line,
          message: `${message}, and the builder is the classic one`,
        }))
      : []),
    ...missing.map(({ id, line }) => ({
      line,
      message: `RUN requires the secret ${id}, which build.secrets does not give`,
    })),
  ];
}

/** Arguments that every build knows: https://docs.docker.com/reference/dockerfile/#predefined-args */
const PREDEFINED = /^(?:https?|ftp|no|all)_proxy$|^BUILDKIT_|^SOURCE_DATE_EPOCH$/i;
const PLATFORM_ARGUMENT = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** What is given and not taken, or taken and not given. */
export function inputWarnings(
  { declared, secretMounts }: DockerfileView,
  { buildArguments = {}, secretIds = [] }: ImageSource,
  builder: Builder,
): readonly LineMessage[] {
  const names = new Set(declared.map(({ name }) => name));
  const idle = Object.keys(buildArguments).filter((name) => !names.has(name) && !PREDEFINED.test(name));
  const empty = declared.filter(
    ({ name, hasDefault }) => PLATFORM_ARGUMENT.test(name) && !hasDefault && !(name in buildArguments),
  );
  const mounted = secretMounts.map(({ id }) => id);
  const unmounted = secretIds.filter((id) => !mounted.includes(id));
  const optional = secretMounts.filter(({ id, isRequired }) => !isRequired && !secretIds.includes(id));
  return [
    ...idle.map((name) => ({ line: 1, message: `no ARG takes build.args.${name}` })),
    ...(builder === 'classic'
      ? empty.map(({ name, line }) => ({
          line,
          message: `ARG ${name} is empty, since the builder is the classic one; give build.args.${name}, or build.builder: buildkit`,
        }))
      : []),
    ...unmounted.map((id) => ({ line: 1, message: `no RUN mounts the secret ${id} of build.secrets` })),
    ...optional.map(({ id, line }) => ({
      line,
      message: `RUN mounts the secret ${id}, which build.secrets does not give`,
    })),
  ];
}

/** Why ACR will know no base images of an image, and how it would. */
export function notScanned({ line, message }: LineMessage): LineMessage {
  const hint = /^FROM\s+--platform=/i.test(message)
    ? ': leave out --platform, since the builder is linux/amd64, too'
    : '';
  return {
    line,
    message: `ACR's scanner of base images cannot read "${message}", so the image is built by a command, which is not scanned; to have its base images in the registry's runs, write it as FROM image [AS name] on one line${hint}`,
  };
}
