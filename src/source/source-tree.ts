import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../shared/errors.ts';
import { packEntries } from './archive.ts';
import { readDockerfile } from './dockerfile.ts';
import { readIgnoreFile } from './ignore-file.ts';
import type { ImageSource, SourceTree } from './ports.ts';
import { selectEntries } from './select.ts';
import { type ContextEntry, walkContext } from './walk.ts';

/** Part of every digest: raised when the meaning of a digest changes, so that images are rebuilt then. */
const DIGEST_FORMAT = 1;

/** Opens a source directory. Throws UserError when it is none. */
export async function openSource(directory: string): Promise<SourceTree> {
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw error;
    },
  );
  if (!isDirectory) {
    throw new UserError(`The source ${directory} is not a directory.`, {
      code: 'source_missing',
      hint: 'Name the application source tree with --source DIR.',
    });
  }
  return {
    directory,
    exists: (path) => exists(join(directory, path)),
    imageDigest: (image) => imageDigest(directory, image),
    archive: (image) => archiveImage(directory, image),
    problems: async (images) => (await Promise.all(images.map((image) => problemsOf(directory, image)))).flat(),
  };
}

/** The one answer to «what does this image's build see»; the digest and the archive both are made of it. */
async function visibleFiles(
  directory: string,
  image: ImageSource,
): Promise<{ context: string; entries: readonly ContextEntry[]; problems: readonly string[] }> {
  const context = join(directory, image.buildContext);
  const name = image.dockerfile;
  let text: string;
  try {
    text = await readFile(join(context, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { context, entries: [], problems: [`${name}: no such Dockerfile in the build context ${context}`] };
  }
  const all = await walkContext(context, await readIgnoreFile(context, name));
  const selection = selectEntries(readDockerfile(text), all);
  // The Dockerfile reaches the builder even when it is ignored.
  const entries = [{ path: name }, ...selection.entries.filter(({ path }) => path !== name)];
  return {
    context,
    entries,
    problems: selection.problems.map(({ line, message }) => `${name}:${line}: ${message}`),
  };
}

export async function buildableFiles(
  directory: string,
  image: ImageSource,
): Promise<{ context: string; entries: readonly ContextEntry[] }> {
  const { context, entries, problems } = await visibleFiles(directory, image);
  if (problems.length > 0) {
    throw new UserError(`The image of ${image.service} cannot be built:\n${problems.join('\n')}`, {
      code: 'source_invalid',
    });
  }
  return { context, entries };
}

async function imageDigest(directory: string, image: ImageSource): Promise<string> {
  const { context, entries } = await buildableFiles(directory, image);
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ format: DIGEST_FORMAT, dockerfile: image.dockerfile, platform: image.platform }));
  for (const { path, linkTarget } of entries) {
    const content = linkTarget === undefined ? await fileHash(join(context, path)) : `link:${linkTarget}`;
    hash.update(`\n${JSON.stringify([path, content])}`);
  }
  return hash.digest('hex');
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function archiveImage(directory: string, image: ImageSource): Promise<Uint8Array> {
  const { context, entries } = await buildableFiles(directory, image);
  return await packEntries(context, entries);
}

async function problemsOf(directory: string, image: ImageSource): Promise<readonly string[]> {
  return (await visibleFiles(directory, image)).problems.map((problem) => `${image.service}: ${problem}`);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    async () =>
      // A dangling link is there as well.
      await readlink(path).then(
        () => true,
        () => false,
      ),
  );
}
