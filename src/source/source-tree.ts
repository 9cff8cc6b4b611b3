import { packEntries } from './archive.ts';
import { buildableFiles, imageDigest, visibleFiles } from './build-context.ts';
import { openDirectoryTree } from './directory-tree.ts';
import type { FileTree } from './file-tree.ts';
import type { SourceTree } from './ports.ts';

/** Opens a source directory. Throws UserError when it is none. */
export async function openSource(directory: string): Promise<SourceTree> {
  return sourceTree(await openDirectoryTree(directory));
}

/** The sources of images in any tree of files. */
export function sourceTree(tree: FileTree): SourceTree {
  return {
    directory: tree.location,
    exists: (path) => tree.exists(path),
    imageDigest: (image) => imageDigest(tree, image),
    async archive(image) {
      const { folder, entries } = await buildableFiles(tree, image);
      return await packEntries(tree, folder, entries);
    },
    async problems(images) {
      const found = await Promise.all(
        images.map(async (image) =>
          (await visibleFiles(tree, image)).problems.map((problem) => `${image.service}: ${problem}`),
        ),
      );
      return found.flat();
    },
  };
}
