import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { leavesFolder, normalizedFolder } from '../domain/config/build-context.ts';
import { canonicalJson } from '../shared/json.ts';
import { type BuildContext, buildContext, firstNotBefore } from './context.ts';
import { builderProblems, inputWarnings, notScanned, readForBuilder } from './dockerfile/builder-choice.ts';
import type { DockerfileView, LineMessage } from './dockerfile/dockerfile.ts';
import { type IgnoreFile, parseIgnoreFile } from './ignore-file.ts';
import type { Builder, FileFacts, FileTree, ImageSource, TreeEntry } from './ports.ts';
import { type Selection, type SourceProblem, selectEntries } from './select.ts';
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

/**
 * Each image is examined once, and images with the same context and ignore file share one reading, so all answers are of the same
 * moment; those whose instructions take the same share one list of what they take.
 */
export function imageFinder(tree: FileTree): ImageFinder {
  const submodules = submodulesOf(tree);
  const found = new Map<string, Promise<ImageFiles>>();
  const contexts = new Map<string, Promise<SharedContext>>();
  const contextOf: ContextFinder = (root, ignore) =>
    remembered(contexts, `${ignore.path ?? ''}\n${root}`, () => readContext(tree, root, ignore));
  return (image) => remembered(found, canonicalJson(image), () => findImageFiles(tree, image, contextOf, submodules));
}

/** What images of one folder, and of one ignore file, see of it. */
interface SharedContext {
  /** What the instructions take, and those of the deployment's configuration that they would take. Paths are those of the tree. */
  select(view: DockerfileView, builder: Builder): ContextSelection;
}

interface ContextSelection extends Selection {
  readonly leftOut: readonly string[];
}

type ContextFinder = (root: string, ignore: ReadIgnoreFile) => Promise<SharedContext>;

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

async function findImageFiles(
  tree: FileTree,
  image: ImageSource,
  contextOf: ContextFinder,
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
  const selection = (await contextOf(root, ignore)).select(view, builder);
  // The builder gets both files even when they are ignored; COPY may still not see them.
  const sent = [name, ...(ignore.path === undefined ? [] : [ignore.path])].map(at);
  const placed = ({ line, message }: LineMessage): string => `${name}:${line}: ${message}`;
  return {
    entries: withFiles(selection.entries, sent),
    problems: [
      ...ignore.problems.map(({ line, message }) => `${ignore.path}:${line}: ${message}`),
      ...(await explain(selection.problems, { tree, root, submodules })).map(placed),
      ...builderProblems(view, image, builder).map(placed),
    ],
    warnings: [
      ...inputWarnings(view, image, builder).map(placed),
      ...(unreadable && builder === 'buildkit' ? [placed(notScanned(unreadable))] : []),
      ...selection.leftOut.map(
        (file) => `${file} is the configuration of the deployment and no source: the image goes without it`,
      ),
      ...(await submodules.among(selection.entries)),
    ],
    builder,
    unreadable,
    sent,
    ...(ignore.path !== undefined && { ignoreFile: at(ignore.path) }),
  };
}

/** SHA-256 in hexadecimal over everything that can make a difference to the image, as canonical JSON. */
export function digestOf(
  image: ImageSource,
  builder: Builder,
  entries: readonly TreeEntry[],
  facts: ReadonlyMap<string, FileFacts>,
): string {
  const [start = '', end = ''] = canonicalJson({
    format: DIGEST_FORMAT,
    builder,
    platform: image.platform,
    dockerfile: image.dockerfile,
    buildArguments: image.buildArguments ?? {},
    ...(image.target !== undefined && { target: image.target }),
    entries: [],
    // Quotation marks within a value are escaped: this is nowhere else.
  }).split('"entries":[]');
  const hash = createHash('sha256').update(`${start}"entries":[`);
  for (const text of contentTexts(contextRoot(image), entries, facts)) hash.update(text);
  return hash.update(`]${end}`).digest('hex');
}

/** Hashed at once: neither each entry by itself, nor the text of all of them, which is as long as all their paths. */
const ENTRIES_OF_A_TEXT = 500;

/** What an image is built from: paths relative to its context, kinds or modes, contents or targets. Together they are members of an array. */
function* contentTexts(
  root: string,
  entries: readonly TreeEntry[],
  facts: ReadonlyMap<string, FileFacts>,
): Generator<string> {
  const start = root === '' ? 0 : root.length + 1;
  let text = '';
  for (const [index, entry] of entries.entries()) {
    const path = JSON.stringify(entry.path.slice(start));
    if (index > 0) text += ',';
    if (entry.kind === 'link') text += `[${path},"link",${JSON.stringify(entry.target)}]`;
    else if (entry.kind === 'directory') text += `[${path},"directory"]`;
    else {
      const known = facts.get(entry.path);
      text += `[${path},"${known?.executable ? '755' : '644'}","${known?.sha256}"]`;
    }
    if (index % ENTRIES_OF_A_TEXT !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** The build context as a folder of the tree; empty: its root. */
export function contextRoot({ buildContext }: ImageSource): string {
  return normalizedFolder(buildContext);
}

/** With those that are not among them, as files. @param entries sorted by path, as the answer is */
export function withFiles(entries: readonly TreeEntry[], paths: readonly string[]): readonly TreeEntry[] {
  const all = [...entries];
  for (const path of paths) {
    const at = firstNotBefore(all, path);
    if (all[at]?.path !== path) all.splice(at, 0, { kind: 'file', path });
  }
  return all.length === entries.length ? entries : all;
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

async function readContext(tree: FileTree, root: string, ignore: IgnoreFile): Promise<SharedContext> {
  const start = root === '' ? 0 : root.length + 1;
  const listed = await tree.list(root, (folder) => {
    const path = folder.slice(start);
    return !ignore.matches(path) || ignore.mayTakeBackBelow(path);
  });
  const seen: TreeEntry[] = [];
  for (const entry of listed ?? []) {
    const path = entry.path.slice(start);
    if (!ignore.matches(path)) seen.push(start === 0 ? entry : { ...entry, path });
  }
  return sharedContext(buildContext(seen), root, tree.configFiles);
}

function sharedContext(listed: BuildContext, root: string, configFiles: readonly string[]): SharedContext {
  const context = withoutConfigFiles(listed, root, configFiles);
  const selections = new Map<string, ContextSelection>();
  const select = (view: DockerfileView, builder: Builder): ContextSelection => {
    const { entries, problems } = selectEntries(view, context, builder);
    const all = context === listed ? [] : entriesAt(root, selectEntries(view, listed, builder).entries);
    const leftOut = configFiles.filter((file) => all.some(({ path }) => path === file));
    return { entries: entriesAt(root, entries), problems, leftOut };
  };
  return {
    select(view, builder) {
      const { seesWholeContext, instructions, problems } = view;
      const key = canonicalJson({ builder, seesWholeContext, instructions, problems });
      return remembered(selections, key, () => select(view, builder));
    },
  };
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
