import { createHash } from 'node:crypto';
import { packEntries } from './archive.ts';
import { buildableFiles } from './build-context.ts';
import { openDirectoryTree } from './directory-tree.ts';
import { ALL_PATHS, type FileTree, joinPath, type TreeEntry } from './file-tree.ts';
import { ignoreFilesOf } from './ignore-file.ts';
import type { ImageSource } from './ports.ts';

export interface PackedSource {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/**
 * Packs what the builds of these images see, and nothing else: images have the same digests from the archive as from the
 * folder, and the same files give the same archive. Throws UserError `source_invalid` naming file and line for what cannot be built.
 *
 * @param also paths below the source directory whose being there matters, such as those that a migration requires
 */
export async function packSource(
  directory: string,
  images: readonly ImageSource[],
  also: readonly string[] = [],
): Promise<PackedSource> {
  const tree = await openDirectoryTree(directory);
  const selected = new Map<string, TreeEntry>();
  const add = (folder: string, entries: readonly TreeEntry[]): void => {
    for (const entry of entries) selected.set(joinPath(folder, entry.path), entry);
  };
  for (const image of images) {
    const { folder, entries } = await buildableFiles(tree, image);
    add(folder, entries);
    for (const name of ignoreFilesOf(image.dockerfile)) add(folder, await fileAt(tree, folder, name));
  }
  for (const path of also) add('', await fileAt(tree, '', path));
  const entries = [...selected].map(([path, entry]) => ({ ...entry, path }));
  const bytes = await packEntries(tree, '', entries);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** The file, or the first one of the folder, at a path that may not be there. */
async function fileAt(tree: FileTree, folder: string, path: string): Promise<readonly TreeEntry[]> {
  const full = joinPath(folder, path);
  if (!(await tree.exists(full))) return [];
  if ((await tree.readText(full)) !== undefined) return [{ path, isExecutable: false }];
  const [first] = await tree.entries(full, ALL_PATHS);
  return first ? [{ ...first, path: joinPath(path, first.path) }] : [];
}
