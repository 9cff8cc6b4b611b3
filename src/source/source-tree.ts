import { stat } from 'node:fs/promises';
import { UserError } from '../shared/errors.ts';
import { packTree } from './archive.ts';
import type { ArchiveLimits, ArchiveSource } from './archive-reader.ts';
import { archiveTree, DEFAULT_LIMITS } from './archive-tree.ts';
import { type DirectoryOptions, directoryTree } from './directory-tree.ts';
import { noHashCache, openHashCache } from './hash-cache.ts';
import { contextRoot, digestOf, type ImageFiles, type ImageFinder, imageFinder } from './image-files.ts';
import type { FileFacts, FileTree, ImageSource, SourceTree, TreeEntry } from './ports.ts';
import { sharedArchives } from './shared-archive.ts';

export interface OpenOptions extends DirectoryOptions {
  /** Where content hashes are kept between runs; absent: every file is read every time. */
  readonly cacheFile?: string;
}

/** Opens a source directory. Throws UserError `source_missing` when it is none. */
export async function openSource(directory: string, options: OpenOptions = {}): Promise<SourceTree> {
  return sourceTree(await openDirectory(directory, options));
}

/**
 * Opens a source archive (`.tar.gz`) that can be streamed again and again. It is read when the first question is asked, and
 * every question then throws UserError `source_archive_invalid` when it is not the archive expected, too large, or hostile.
 */
export function openSourceArchive(
  archive: Omit<ArchiveSource, 'limits'> & { readonly limits?: ArchiveLimits },
): SourceTree {
  return sourceTree(archiveTree({ limits: DEFAULT_LIMITS, ...archive }));
}

export async function openDirectory(directory: string, options: OpenOptions = {}): Promise<FileTree> {
  const { cacheFile, ...ofDirectory } = options;
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
  const cache = cacheFile === undefined ? noHashCache : await openHashCache(cacheFile);
  return directoryTree(directory, { cache, ...ofDirectory });
}

/** The answers about images, over any tree of files. */
function sourceTree(tree: FileTree): SourceTree {
  const filesOf = imageFinder(tree);
  const factsOf = rememberedFacts(tree);
  const shared = sharedArchives(tree, filesOf, factsOf);
  return {
    location: tree.location,
    exists: (path) => tree.exists(path),
    fileDigest: async (path) => ((await tree.exists(path)) ? (await tree.facts([path]))[0]?.sha256 : undefined),
    fileContent: (path) => contentOf(tree, path),
    async imageDigest(image) {
      const { entries, builder } = await buildableFiles(filesOf, image);
      return digestOf(image, builder, entries, await factsOf(entries));
    },
    async archive(image) {
      const { entries } = await buildableFiles(filesOf, image);
      return packTree(tree, { entries, facts: await factsOf(entries), root: contextRoot(image) });
    },
    sharedArchive: async (image, images) => shared(image, await buildableFiles(filesOf, image), images),
    address: async () => undefined,
    async buildKind(image) {
      const { builder, unreadable } = await buildableFiles(filesOf, image);
      return { builder, isScannable: unreadable === undefined };
    },
    problems: (images) => everyMessage(filesOf, images, ({ problems }) => problems),
    warnings: (images) => everyMessage(filesOf, images, ({ warnings }) => warnings),
  };
}

async function contentOf(tree: FileTree, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const { content } of tree.contents([path])) for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function buildableFiles(filesOf: ImageFinder, image: ImageSource): Promise<ImageFiles> {
  const files = await filesOf(image);
  if (files.problems.length > 0) {
    throw new UserError(`The image of ${image.service} cannot be built:\n${files.problems.join('\n')}`, {
      code: 'source_invalid',
    });
  }
  return files;
}

export async function factsOf(tree: FileTree, entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, FileFacts>> {
  const paths = entries.flatMap(({ kind, path }) => (kind === 'file' ? [path] : []));
  const facts = await tree.facts(paths);
  return new Map(paths.map((path, index) => [path, facts[index] as FileFacts]));
}

/** Each file is looked at once: images of one context share most of their files, and an archive holds what was digested, or none. */
function rememberedFacts(tree: FileTree): (entries: readonly TreeEntry[]) => Promise<ReadonlyMap<string, FileFacts>> {
  const known = new Map<string, FileFacts>();
  let last: Promise<void> = Promise.resolve();

  async function learn(entries: readonly TreeEntry[]): Promise<void> {
    const missing: string[] = [];
    for (const { kind, path } of entries) if (kind === 'file' && !known.has(path)) missing.push(path);
    const facts = missing.length > 0 ? await tree.facts(missing) : [];
    for (const [index, one] of facts.entries()) known.set(missing[index] ?? '', one);
  }

  return async (entries) => {
    // One after the other: who comes second finds what the first has looked at.
    const learnt = last.then(() => learn(entries));
    last = learnt.catch(() => undefined);
    await learnt;
    return known;
  };
}

async function everyMessage(
  filesOf: ImageFinder,
  images: readonly ImageSource[],
  messages: (files: ImageFiles) => readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    images.map(async (image) => messages(await filesOf(image)).map((message) => ({ message, service: image.service }))),
  );
  // What several images have in common is told once.
  return [...Map.groupBy(found.flat(), ({ message }) => message)].map(
    ([message, all]) => `${[...new Set(all.map(({ service }) => service))].join(', ')}: ${message}`,
  );
}
