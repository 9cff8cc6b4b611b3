import { type GitAddress, parseGitAddress } from '../domain/config/git-address.ts';
import type { Fetch } from '../outbound/fetch.ts';
import type { Clock } from '../shared/clock.ts';
import { UserError } from '../shared/errors.ts';
import { hashJson } from '../shared/json.ts';
import { resolveGitRef } from './git-ref.ts';
import { contextRoot } from './image-files.ts';
import type { Builder, ImageSource, SourceTree } from './ports.ts';

/** Part of every digest: raised when its meaning changes. */
const DIGEST_FORMAT = 1;
/** Every activity of a run asks for the commit; a branch that moves is noticed after this time. */
const REMEMBERED_IN_MS = 60_000;

export type OpenGitSource = (address: string) => SourceTree;

/** Opens repositories by their addresses (`docker.source`); the builder fetches them itself, so that nothing is downloaded here. */
export function gitSources(send: Fetch, clock: Clock): OpenGitSource {
  const known = new Map<string, { readonly commit: Promise<string>; readonly at: number }>();

  function commitOf(address: GitAddress, key: string): Promise<string> {
    const now = clock.now().getTime();
    const remembered = known.get(key);
    if (remembered && now - remembered.at < REMEMBERED_IN_MS) return remembered.commit;
    const commit = resolveGitRef(address, send);
    known.set(key, { commit, at: now });
    commit.catch(() => known.delete(key));
    return commit;
  }

  return (text) => {
    const address = parseGitAddress(text);
    if ('problem' in address) throw new UserError(`docker.source ${address.problem}.`, { code: 'config_invalid' });
    return gitSource(address, () => commitOf(address, text));
  };
}

function gitSource({ repository, ref }: GitAddress, commit: () => Promise<string>): SourceTree {
  return {
    location: ref === '' ? repository : `${repository}#${ref}`,
    // Nobody looks into the repository before the build does.
    exists: async () => true,
    fileDigest: async () => undefined,
    fileContent: async (path) => {
      throw new Error(`nobody reads ${path} of ${repository} here`);
    },
    imageDigest: async (image) => digestOf(image, repository, await commit()),
    archive: async () => {
      throw new Error(`${repository} is fetched by the builder`);
    },
    sharedArchive: async () => {
      throw new Error(`${repository} is fetched by the builder`);
    },
    // https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview#context-locations
    async address(image) {
      const folder = contextRoot(image);
      return `${repository}#${await commit()}${folder === '' ? '' : `:${folder}`}`;
    },
    // A command is not scanned, so it builds whatever the Dockerfile there says.
    buildKind: async (image) => ({ builder: builderOf(image), isScannable: builderOf(image) === 'classic' }),
    problems: async () => [],
    warnings: async (images) => [
      `${images.map(({ service }) => service).join(', ')}: built from ${repository} at ${await commit()}; Dockerfiles and files there cannot be looked at before the build, and every new commit builds every image.`,
    ],
  };
}

/** Nobody reads the Dockerfile before it is built, so only what is asked for tells. */
function builderOf({ builder, secretIds = [] }: ImageSource): Builder {
  return builder ?? (secretIds.length > 0 ? 'buildkit' : 'classic');
}

/** The commit stands for all that a build can see. */
function digestOf(image: ImageSource, repository: string, commit: string): string {
  const { buildContext, dockerfile, platform, buildArguments = {}, target } = image;
  return hashJson({
    format: DIGEST_FORMAT,
    repository,
    commit,
    builder: builderOf(image),
    buildContext,
    dockerfile,
    platform,
    buildArguments,
    ...(target !== undefined && { target }),
  });
}
