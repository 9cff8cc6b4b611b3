import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SourceArchiveError } from './source-archive.ts';

/** As long as a build may wait for its context here. */
const TIMEOUT_IN_MS = 60_000;
const LARGEST_ARCHIVE_IN_BYTES = 512 * 1024 * 1024;

/** `https://host/repository.git#ref:folder`, as https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview has it. */
export interface GitSource {
  readonly address: string;
  /** Branch, tag or commit. */
  readonly ref: string;
  readonly folder: string;
}

/** Undefined for the path of an upload. */
export function gitSource(location: string): GitSource | undefined {
  const [, address, ref, folder] = /^((?:https?:\/\/|git@)[^#]+)(?:#([^:]*)(?::(.*))?)?$/.exec(location) ?? [];
  return address === undefined ? undefined : { address, ref: ref || 'HEAD', folder: folder ?? '' };
}

/**
 * The context of a build from git as a `.tar.gz`, from the local repository that stands for the address: the simulator
 * reaches no network. Throws SourceArchiveError.
 *
 * @param repositories address → folder of a repository on this machine
 */
export async function gitArchive(
  { address, ref, folder }: GitSource,
  repositories: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const repository = repositories[address];
  if (repository === undefined) {
    throw new SourceArchiveError(`failed to download context: repository '${address}' not found`);
  }
  const tree = folder === '' ? ref : `${ref}:${folder}`;
  const command = ['-C', repository, 'archive', '--format=tar.gz', '--end-of-options', tree];
  try {
    const options = { encoding: 'buffer', timeout: TIMEOUT_IN_MS, maxBuffer: LARGEST_ARCHIVE_IN_BYTES } as const;
    return (await promisify(execFile)('git', command, options)).stdout;
  } catch (cause) {
    throw new SourceArchiveError(`failed to download context: '${tree}' of '${address}' could not be checked out`, {
      cause,
    });
  }
}
