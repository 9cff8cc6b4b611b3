import { posix } from 'node:path';
import type { BuildContext } from './context.ts';
import type { ContextInstruction, DockerfileView, LineMessage } from './dockerfile/dockerfile.ts';
import { BadPattern, deepExpression, hasWildcard, matchExpression, unescapePattern } from './glob.ts';
import { type PathPatterns, pathPatterns } from './path-patterns.ts';
import type { Builder, TreeEntry } from './ports.ts';

export interface Selection {
  /** Sorted by path; folders only where nothing in them is selected. */
  readonly entries: readonly TreeEntry[];
  readonly problems: readonly SourceProblem[];
}

export interface SourceProblem extends LineMessage {
  /** The path that was not found in the context. */
  readonly missing?: string;
}

type Finding = readonly string[] | { readonly message: string; readonly missing?: string };

/** The entries of the context that the Dockerfile's instructions can see, and what is wrong with the instructions. */
export function selectEntries(view: DockerfileView, context: BuildContext, builder: Builder): Selection {
  const selected = new Set<string>();
  const problems: SourceProblem[] = [...view.problems];
  if (view.seesWholeContext) for (const { path } of context.entries) selected.add(path);
  for (const instruction of view.instructions) {
    const { keyword, line, sources } = instruction;
    try {
      const found = sources.map((source) => findSource(source, instruction, context));
      for (const one of found) {
        if (isProblem(one)) problems.push({ ...one, line, message: `${keyword} ${one.message}` });
        else for (const path of one) selected.add(path);
      }
      // BuildKit silently copies nothing then.
      const mayBeEmpty =
        builder === 'buildkit' || !sources.every((source) => source !== undefined && hasWildcard(source));
      if (!mayBeEmpty && found.every((one) => !isProblem(one) && one.length === 0)) {
        problems.push({ line, message: `${keyword} ${sources.join(' ')}: no file of the build context matches` });
      }
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      problems.push({ line, message: `${keyword} ${error.message}` });
    }
  }
  const isAll = selected.size === context.entries.length;
  const wanted = isAll ? context.entries : context.entries.filter(({ path }) => selected.has(path));
  return { entries: withoutFullFolders(wanted), problems };
}

/** A folder is there with what is in it, and counts by itself only where nothing is. */
function withoutFullFolders(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const full = new Set<string>();
  let last = '';
  for (const { path } of entries) {
    const length = Math.max(0, path.lastIndexOf('/'));
    if (length === last.length && path.startsWith(last)) continue;
    last = path.slice(0, length);
    full.add(last);
  }
  return entries.filter(({ kind, path }) => kind !== 'directory' || !full.has(path));
}

function isProblem(finding: Finding): finding is Exclude<Finding, readonly string[]> {
  return !Array.isArray(finding);
}

/** The paths behind one source, or what is wrong with it. */
function findSource(source: string | undefined, instruction: ContextInstruction, context: BuildContext): Finding {
  if (source === undefined) return context.entries.map(({ path }) => path);
  const path = posix.normalize(source.replace(/^\/+/, '') || '.').replace(/\/+$/, '');
  if (path === '..' || path.startsWith('../')) return { message: `${source}: outside the build context` };
  const { wildcards, parents } = instruction;
  if (wildcards && hasWildcard(path))
    return parents ? deepMatches(path, instruction, context) : matches(path, instruction, context);
  const place = context.resolve(wildcards ? unescapePattern(path) : path);
  if (place.kind === 'missing') return { message: `${source}: no such file in the build context`, missing: path };
  if (place.kind === 'outside') return { message: `${source}: a link that leaves the build context` };
  const below = taken(place.path, instruction, context);
  return place.links.length === 0 ? below : [...place.links, ...below];
}

/** Wildcards are matched below the plain folders before them; what matches is taken with everything in it. */
function matches(path: string, instruction: ContextInstruction, context: BuildContext): Finding {
  const parts = path.split('/');
  const plain = parts.findIndex((part) => hasWildcard(part));
  const root = context.resolve(unescapePattern(parts.slice(0, plain).join('/')));
  const expression = matchExpression(parts.slice(plain).join('/'));
  if (root.kind === 'missing') return [];
  if (root.kind === 'outside') return { message: `${path}: a link that leaves the build context` };
  const start = root.path === '' ? 0 : root.path.length + 1;
  const found = new Set<string>();
  for (const { path: candidate } of context.below(root.path)) {
    if (candidate.length <= start || !expression.test(candidate.slice(start))) continue;
    const place = context.resolve(candidate);
    if (place.kind === 'outside') return { message: `${path}: ${candidate} is a link that leaves the build context` };
    if (place.kind === 'missing') continue;
    for (const one of [...root.links, ...place.links, ...taken(place.path, instruction, context)]) found.add(one);
  }
  return [...found];
}

/** `--parents`: the pattern is one of ignore files, so that `**` stands for folders; links are not followed. */
function deepMatches(path: string, instruction: ContextInstruction, context: BuildContext): readonly string[] {
  const expression = deepExpression(path);
  return context.entries.flatMap((entry) =>
    expression.test(entry.path) ? taken(entry.path, instruction, context) : [],
  );
}

/** An entry with all below it, without what `--exclude` names relative to it. */
function taken(path: string, { exclude }: ContextInstruction, context: BuildContext): readonly string[] {
  const below = context.below(path).map((entry) => entry.path);
  if (exclude.length === 0) return below;
  const excluded: PathPatterns = pathPatterns(exclude.map((pattern) => pattern.replace(/^\/+/, '')));
  const start = path === '' ? 0 : path.length + 1;
  return below.filter((one) => !excluded.matches(one === path ? posix.basename(one) : one.slice(start)));
}
