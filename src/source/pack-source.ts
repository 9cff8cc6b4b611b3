import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { UserError } from '../shared/errors.ts';
import { type ArchivePlan, packTree } from './archive.ts';
import { compareText } from './compare-text.ts';
import { buildContext } from './context.ts';
import { contextRoot, imageFinder } from './image-files.ts';
import type { FileTree, ImageSource, TreeEntry } from './ports.ts';
import { factsOf, type OpenOptions, openDirectory } from './source-tree.ts';

/** Longer archives are packed again to be sent, so that memory stays the same for trees of any size. */
const KEPT_IN_BYTES = 32 * 1024 * 1024;

export interface PackedSource {
  /** Of the archive, in hexadecimal. */
  readonly sha256: string;
  /** Length of the archive. */
  readonly bytes: number;
  /** The archive, each time from its beginning. A file that changed meanwhile ends it with UserError `source_changed`. */
  open(): Readable;
}

/** Packs a directory for an upload; see planOf for what is in it. */
export async function packSource(
  directory: string,
  images: readonly ImageSource[],
  also: readonly string[] = [],
  options: OpenOptions = {},
): Promise<PackedSource> {
  const tree = await openDirectory(directory, options);
  const plan = await planOf(tree, images, also);
  const hash = createHash('sha256');
  let [bytes, kept]: [number, Uint8Array[]] = [0, []];
  for await (const chunk of packTree(tree, plan) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes <= KEPT_IN_BYTES) kept.push(chunk);
    else kept = [];
  }
  const isKept = bytes <= KEPT_IN_BYTES;
  return { sha256: hash.digest('hex'), bytes, open: () => (isKept ? Readable.from(kept) : packTree(tree, plan)) };
}

/**
 * Only what a deployment can see of a tree: what the builds of all images see, and the paths `also`. So the archive's
 * bytes, and its SHA-256, change only when something changes that the run depends on.
 * @param also paths of which only the existence matters, e.g. those that a migration requires; a folder is packed empty
 * @throws UserError `source_invalid` when an image cannot be built or a link leaves the tree
 */
async function planOf(tree: FileTree, images: readonly ImageSource[], also: readonly string[]): Promise<ArchivePlan> {
  const found = await Promise.all(images.map(imageFinder(tree)));
  const problems = found.flatMap(({ problems: own }, index) => own.map((one) => `${images[index]?.service}: ${one}`));
  const entries = new Map(found.flatMap((files) => files.entries).map((entry) => [entry.path, entry]));
  for (const image of images) addContext(image, entries);
  for (const path of also) await addProof(tree, posix.normalize(path).replace(/\/+$/, ''), entries);
  for (const entry of entries.values()) {
    if (entry.path.startsWith('../')) problems.push(`${entry.path}: outside the source tree`);
    if (entry.kind === 'link' && leaves(entry)) problems.push(`${entry.path}: a link that leaves the source tree`);
  }
  if (problems.length > 0) {
    throw new UserError(`The sources cannot be packed:\n${problems.join('\n')}`, {
      code: 'source_invalid',
      hint: 'Name what no image needs in .dockerignore.',
    });
  }
  // Folders that hold something need no entry of their own.
  const all = buildContext([...entries.values()]).entries;
  const full = new Set(all.map(({ path }) => posix.dirname(path)));
  const packed = all
    .filter(({ kind, path }) => kind !== 'directory' || !full.has(path))
    .toSorted((a, b) => compareText(a.path, b.path));
  return { entries: packed, facts: await factsOf(tree, packed), root: '' };
}

/** The folder of the context is packed even when nothing in it is copied. */
function addContext(image: ImageSource, entries: Map<string, TreeEntry>): void {
  const path = contextRoot(image);
  if (path !== '' && !entries.has(path)) entries.set(path, { kind: 'directory', path });
}

/** The entry that shows that a path exists: the file, the link, or the empty folder. */
async function addProof(tree: FileTree, path: string, entries: Map<string, TreeEntry>): Promise<void> {
  if (entries.has(path)) return;
  const [parent, name] = [posix.dirname(path), posix.basename(path)];
  const listed = await tree.list(parent === '.' ? '' : parent, () => false);
  const entry = listed?.find((one) => posix.basename(one.path) === name);
  if (entry) entries.set(path, entry);
}

function leaves({ path, target }: Extract<TreeEntry, { kind: 'link' }>): boolean {
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return target.startsWith('/') || end === '..' || end.startsWith('../');
}
