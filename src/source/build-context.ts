import { createHash } from 'node:crypto';
import { UserError } from '../shared/errors.ts';
import { readDockerfile } from './dockerfile.ts';
import { type FileTree, joinPath, type TreeEntry } from './file-tree.ts';
import { readIgnoreFile } from './ignore-file.ts';
import type { ImageSource } from './ports.ts';
import { selectEntries } from './select.ts';

/** Part of every digest: raised when the meaning of a digest changes, so that images are rebuilt then. */
const DIGEST_FORMAT = 2;

/** What a build sees of its context. */
export interface BuildContext {
  /** Of the context, relative to the tree. */
  readonly folder: string;
  /** Relative to the context. */
  readonly entries: readonly TreeEntry[];
  /** `file:line: what is wrong`. */
  readonly problems: readonly string[];
}

/** The one answer to «what does this image's build see»; the digest and the archive both are made of it. */
export async function visibleFiles(tree: FileTree, image: ImageSource): Promise<BuildContext> {
  const folder = joinPath(image.buildContext);
  const name = image.dockerfile;
  const text = await tree.readText(joinPath(folder, name));
  if (text === undefined) {
    const where = joinPath(tree.location, folder);
    return { folder, entries: [], problems: [`${name}: no such Dockerfile in the build context ${where}`] };
  }
  const all = await tree.entries(folder, await readIgnoreFile(tree, folder, name));
  const selection = selectEntries(readDockerfile(text), all);
  // The Dockerfile reaches the builder even when it is ignored.
  const entries = [{ path: name, isExecutable: false }, ...selection.entries.filter(({ path }) => path !== name)];
  return { folder, entries, problems: selection.problems.map(({ line, message }) => `${name}:${line}: ${message}`) };
}

/** @throws UserError `source_invalid` with every problem */
export async function buildableFiles(tree: FileTree, image: ImageSource): Promise<BuildContext> {
  const context = await visibleFiles(tree, image);
  if (context.problems.length === 0) return context;
  throw new UserError(`The image of ${image.service} cannot be built:\n${context.problems.join('\n')}`, {
    code: 'source_invalid',
  });
}

export async function imageDigest(tree: FileTree, image: ImageSource): Promise<string> {
  const { folder, entries } = await buildableFiles(tree, image);
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ format: DIGEST_FORMAT, dockerfile: image.dockerfile, platform: image.platform }));
  for (const { path, linkTarget, isExecutable } of entries) {
    const content = linkTarget === undefined ? await tree.hash(joinPath(folder, path)) : `link:${linkTarget}`;
    hash.update(`\n${JSON.stringify([path, content, isExecutable])}`);
  }
  return hash.digest('hex');
}
