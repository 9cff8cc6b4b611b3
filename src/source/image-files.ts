import { posix } from 'node:path';
import { leavesFolder, normalizedFolder } from '../domain/config/build-context.ts';
import { canonicalJson, hashJson } from '../shared/json.ts';
import { compareText } from './compare-text.ts';
import { type BuildContext, buildContext } from './context.ts';
import { builderProblems, inputWarnings, notScanned, readForBuilder } from './dockerfile/builder-choice.ts';
import type { LineMessage } from './dockerfile/dockerfile.ts';
import { type IgnoreFile, parseIgnoreFile } from './ignore-file.ts';
import type { Builder, FileFacts, FileTree, ImageSource, TreeEntry } from './ports.ts';
import { type SourceProblem, selectEntries } from './select.ts';
import { type Submodules, submodulesOf } from './submodules.ts';

/** Part of every digest: raised when the meaning of a digest changes, so that images are rebuilt then. */
const DIGEST_FORMAT = 2;

/** What the build of an image can see; digest, archive and problems are all derived from it. */
export interface ImageFiles {
  /** Paths of the tree, sorted: the Dockerfile, the ignore file that counts, and what the instructions take. */
  readonly entries: readonly TreeEntry[];
  /** `file:line: message` */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly builder: Builder;
  /** Those of the entries that the builder reads by itself: the Dockerfile and the ignore file that counts. */
  readonly sent: readonly string[];
  /** The ignore file that counts; absent: there is none. */
  readonly ignoreFile?: string | undefined;
  /** The line that ACR's scanner cannot read. */
  readonly unreadable?: LineMessage | undefined;
}

export type ImageFinder = (image: ImageSource) => Promise<ImageFiles>;

/** Each image is examined once, and images with the same context and ignore file share one reading, so all answers are of the same moment. */
export function imageFinder(tree: FileTree): ImageFinder {
  const submodules = submodulesOf(tree);
  const found = new Map<string, Promise<ImageFiles>>();
  const contexts = new Map<string, Promise<BuildContext>>();
  return (image) =>
    remembered(found, canonicalJson(image), () =>
      findImageFiles(
        tree,
        image,
        (root, ignore) => remembered(contexts, `${ignore.path ?? ''}\n${root}`, () => readContext(tree, root, ignore)),
        submodules,
      ),
    );
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

async function findImageFiles(
  tree: FileTree,
  image: ImageSource,
  contextOf: (root: string, ignore: ReadIgnoreFile) => Promise<BuildContext>,
  submodules: Submodules,
): Promise<ImageFiles> {
  const root = contextRoot(image);
  const at = (path: string): string => posix.join(root, path);
  const { dockerfile: name } = image;
  const fail = (problem: string): ImageFiles => ({
    ...{ entries: [], problems: [problem], warnings: [], sent: [] },
    builder: 'classic',
  });
  if (leavesFolder(root))
    return fail(`${image.buildContext}: the build context lies outside the source ${tree.location}`);
  if (leavesFolder(name)) return fail(`${name}: the Dockerfile lies outside the build context`);
  const text = await tree.text(at(name));
  if (text === undefined)
    return fail(
      `${name}: no such Dockerfile in the build context ${posix.join(tree.location, root)}${await submodules.reason(at(name))}`,
    );
  const { builder, view, unreadable } = readForBuilder(text, image);
  const ignore = await readIgnoreFile(tree, root, name);
  const listed = await contextOf(root, ignore);
  const context = withoutConfigFiles(listed, root, tree.configFiles);
  const selection = selectEntries(view, context, builder);
  const selected = entriesAt(root, selection.entries);
  // The builder gets both files even when they are ignored; COPY may still not see them.
  const sent = [name, ...(ignore.path === undefined ? [] : [ignore.path])].map(at);
  const entries = new Map(selected.map((entry) => [entry.path, entry]));
  for (const path of sent) if (!entries.has(path)) entries.set(path, { kind: 'file', path });
  const all =
    context === listed ? [] : entriesAt(root, selectEntries(view, listed, builder).entries).map(({ path }) => path);
  const leftOut = tree.configFiles.filter((file) => all.includes(file));
  const placed = ({ line, message }: LineMessage): string => `${name}:${line}: ${message}`;
  return {
    entries: [...entries.values()].sort((a, b) => compareText(a.path, b.path)),
    problems: [
      ...ignore.problems.map(({ line, message }) => `${ignore.path}:${line}: ${message}`),
      ...(await explain(selection.problems, { tree, root, submodules })).map(placed),
      ...builderProblems(view, image, builder).map(placed),
    ],
    warnings: [
      ...inputWarnings(view, image, builder).map(placed),
      ...(unreadable && builder === 'buildkit' ? [placed(notScanned(unreadable))] : []),
      ...leftOut.map(
        (file) => `${file} is the configuration of the deployment and no source: the image goes without it`,
      ),
      ...(await submodules.among(selected)),
    ],
    builder,
    unreadable,
    sent,
    ...(ignore.path !== undefined && { ignoreFile: at(ignore.path) }),
  };
}

/** SHA-256 in hexadecimal over everything that can make a difference to the image. */
export function digestOf(
  image: ImageSource,
  builder: Builder,
  entries: readonly TreeEntry[],
  facts: ReadonlyMap<string, FileFacts>,
): string {
  const start = contextRoot(image) === '' ? 0 : contextRoot(image).length + 1;
  return hashJson({
    format: DIGEST_FORMAT,
    builder,
    platform: image.platform,
    dockerfile: image.dockerfile,
    buildArguments: image.buildArguments ?? {},
    ...(image.target !== undefined && { target: image.target }),
    entries: entries.map((entry) => {
      const path = entry.path.slice(start);
      if (entry.kind === 'link') return [path, 'link', entry.target];
      if (entry.kind === 'directory') return [path, 'directory'];
      const known = facts.get(entry.path);
      return [path, known?.executable ? '755' : '644', known?.sha256];
    }),
  });
}

/** The build context as a folder of the tree; empty: its root. */
export function contextRoot({ buildContext }: ImageSource): string {
  return normalizedFolder(buildContext);
}

/** Paths of the context as paths of the tree. Both are plain: joining hundreds of thousands of them by the rules costs as much as a look at each. */
function entriesAt(root: string, entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return root === '' ? entries : entries.map((entry) => ({ ...entry, path: `${root}/${entry.path}` }));
}

type ReadIgnoreFile = IgnoreFile & { readonly path?: string };

/** `<Dockerfile>.dockerignore` wins over the context's `.dockerignore`, as in Docker; without any, nothing is ignored. */
async function readIgnoreFile(tree: FileTree, root: string, dockerfile: string): Promise<ReadIgnoreFile> {
  for (const path of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const text = await tree.text(posix.join(root, path));
    if (text !== undefined) return { ...parseIgnoreFile(text), path };
  }
  return parseIgnoreFile('');
}

async function readContext(tree: FileTree, root: string, ignore: IgnoreFile): Promise<BuildContext> {
  const start = root === '' ? 0 : root.length + 1;
  const listed = await tree.list(root, (folder) => {
    const path = folder.slice(start);
    return !ignore.matches(path) || ignore.mayTakeBackBelow(path);
  });
  return buildContext(
    (listed ?? []).flatMap((entry) => {
      const path = entry.path.slice(start);
      return ignore.matches(path) ? [] : [{ ...entry, path }];
    }),
  );
}

/** The context as a build sees it. */
function withoutConfigFiles(context: BuildContext, root: string, configFiles: readonly string[]): BuildContext {
  const start = root === '' ? '' : `${root}/`;
  const own = new Set(configFiles.flatMap((file) => (file.startsWith(start) ? [file.slice(start.length)] : [])));
  const isListed = [...own].some((path) => context.get(path) !== undefined);
  return isListed ? buildContext(context.entries.filter(({ path }) => !own.has(path))) : context;
}

interface Surroundings {
  readonly tree: FileTree;
  readonly root: string;
  readonly submodules: Submodules;
}

/** Says so when a source exists and something hides it, or when it would be there had all been fetched. */
async function explain(
  problems: readonly SourceProblem[],
  { tree, root, submodules }: Surroundings,
): Promise<readonly LineMessage[]> {
  return await Promise.all(
    problems.map(async ({ line, message, missing }) => {
      if (missing === undefined) return { line, message };
      const path = posix.join(root, missing);
      if (tree.configFiles.includes(path))
        return { line, message: `${message}: it is the configuration of the deployment, which is no source` };
      const isHidden = await tree.exists(path);
      return {
        line,
        message: isHidden ? `${message}: an ignore file leaves it out` : `${message}${await submodules.reason(path)}`,
      };
    }),
  );
}
