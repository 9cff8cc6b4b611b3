import { hashJson } from '../shared/json.ts';
import { type ArchivePlan, packTree } from './archive.ts';
import { contextRoot, type ImageFiles, type ImageFinder, withFiles } from './image-files.ts';
import type { FileFacts, FileTree, ImageSource, SharedArchive, TreeEntry } from './ports.ts';

/** Archives that images share, each planned once: forty images of one context are one plan. */
export function sharedArchives(
  tree: FileTree,
  filesOf: ImageFinder,
  factsOf: (entries: readonly TreeEntry[]) => Promise<ReadonlyMap<string, FileFacts>>,
): (image: ImageSource, files: ImageFiles, images: readonly ImageSource[]) => Promise<SharedArchive> {
  const planned: {
    readonly root: string;
    readonly entries: readonly TreeEntry[];
    readonly archive: Promise<SharedArchive>;
  }[] = [];

  async function plan(root: string, entries: readonly TreeEntry[]): Promise<SharedArchive> {
    const facts = await factsOf(entries);
    const archivePlan: ArchivePlan = { entries, facts, root };
    const content = entries.map((entry) => [entry, entry.kind === 'file' ? facts.get(entry.path) : null]);
    return { id: hashJson({ root, content }), open: () => packTree(tree, archivePlan) };
  }

  return async (image, files, images) => {
    const root = contextRoot(image);
    const neighbours = await Promise.all(images.filter((one) => contextRoot(one) === root).map(filesOf));
    const sharing = neighbours.filter(({ ignoreFile }) => ignoreFile === files.ignoreFile);
    const entries = withFiles(
      files.entries,
      sharing.flatMap(({ sent }) => sent),
    );
    const known = planned.find((one) => one.root === root && areEqual(one.entries, entries));
    if (known) return await known.archive;
    const archive = plan(root, entries);
    planned.push({ root, entries, archive });
    return await archive;
  };
}

/** Of one tree: entries of the same path are the same. */
function areEqual(one: readonly TreeEntry[], other: readonly TreeEntry[]): boolean {
  return one === other || (one.length === other.length && one.every(({ path }, index) => path === other[index]?.path));
}
