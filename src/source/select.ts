import { posix } from 'node:path';
import type { ContextSource, DockerfileView } from './dockerfile.ts';
import type { TreeEntry } from './file-tree.ts';

export interface Selection {
  readonly entries: readonly TreeEntry[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Links that lead to links: more than any real tree has, few enough to end a cycle. */
const MAX_LINKS = 40;

/** The entries of the context that the Dockerfile's instructions can see, and what is wrong with the instructions. */
export function selectEntries(view: DockerfileView, entries: readonly TreeEntry[]): Selection {
  const links = new Map(
    entries.flatMap(({ path, linkTarget }) => (linkTarget === undefined ? [] : [[path, linkTarget]])),
  );
  const selected = new Set<string>();
  const problems: { line: number; message: string }[] = [];
  for (const source of view.sources) {
    if (source.pattern.includes('$')) continue;
    const found = resolveSource(source, entries, links);
    if (typeof found === 'string') problems.push({ line: source.line, message: found });
    else for (const path of found) selected.add(path);
  }
  return {
    entries: view.seesWholeContext ? entries : entries.filter(({ path }) => selected.has(path)),
    problems,
  };
}

/** The paths behind one source, or what is wrong with it. */
function resolveSource(
  { pattern, keyword }: ContextSource,
  entries: readonly TreeEntry[],
  links: ReadonlyMap<string, string>,
): ReadonlySet<string> | string {
  const path = posix.normalize(pattern.replace(/^\/+/, '') || '.').replace(/\/+$/, '');
  if (path === '..' || path.startsWith('../')) return `${keyword} ${pattern}: outside the build context`;
  const selected = new Set<string>();
  for (let target: string | undefined = path, hops = 0; target !== undefined; hops += 1) {
    const matching = below(target, entries);
    for (const match of matching) selected.add(match);
    // A source that is a link is followed by the build, so what it leads to is seen as well.
    const link: string | undefined = links.get(target);
    if (link === undefined) {
      if (matching.length === 0 && path !== '.') return `${keyword} ${pattern}: no such file in the build context`;
      return selected;
    }
    target = posix.normalize(posix.join(posix.dirname(target), link));
    if (link.startsWith('/') || target === '..' || target.startsWith('../') || hops > MAX_LINKS) {
      return `${keyword} ${pattern}: a link that leaves the build context`;
    }
  }
  return selected;
}

/** Every path that is `pattern`, or lies in a folder that is; wildcards by the rules of Go's filepath.Match. */
function below(pattern: string, entries: readonly TreeEntry[]): readonly string[] {
  if (pattern === '.') return entries.map(({ path }) => path);
  const exact = entries.filter(({ path }) => path === pattern || path.startsWith(`${pattern}/`));
  if (exact.length > 0 || !/[*?[\\]/.test(pattern)) return exact.map(({ path }) => path);
  const depth = pattern.split('/').length;
  const expression = wildcardExpression(pattern);
  return entries.flatMap(({ path }) => (expression.test(path.split('/').slice(0, depth).join('/')) ? [path] : []));
}

function wildcardExpression(pattern: string): RegExp {
  const source = pattern.replace(
    /\\(.)|\*|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|[\\^$.|+(){}\][]/g,
    (whole, escaped, not, set) => {
      if (escaped !== undefined) return escapeExpression(escaped);
      if (whole === '*') return '[^/]*';
      if (whole === '?') return '[^/]';
      if (set !== undefined) return `[${not}${set}]`;
      return escapeExpression(whole);
    },
  );
  return new RegExp(`^${source}$`, 'u');
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.|?*+(){}[\]/]/g, '\\$&');
}
