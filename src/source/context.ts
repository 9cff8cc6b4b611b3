import { compareText } from './compare-text.ts';
import type { TreeEntry } from './ports.ts';

/** Most links followed in a row: more than any real tree has; a cycle ends here. */
const MAX_LINKS = 40;

type Resolved =
  | { readonly kind: 'found'; readonly path: string; readonly links: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' };

/** The build context as the builder gets it: the files that the ignore file leaves, and their folders. Paths are relative to it. */
export interface BuildContext {
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[];
  get(path: string): TreeEntry | undefined;
  /** The entry and everything below it; the empty path is the whole context. */
  below(path: string): readonly TreeEntry[];
  /** Follows links in every part of the path, as the builder does, and names the links. */
  resolve(path: string): Resolved;
}

export function buildContext(listed: readonly TreeEntry[]): BuildContext {
  const folders = new Set<string>();
  for (const { kind, path } of listed) if (kind === 'directory') folders.add(path);
  const added: TreeEntry[] = [];
  let last = '';
  for (const { path } of listed) {
    const parent = path.lastIndexOf('/');
    // Those of one folder come together most of the time.
    if (parent === last.length && path.startsWith(last)) continue;
    last = path.slice(0, Math.max(0, parent));
    for (let end = parent; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
      added.push({ kind: 'directory', path: folder });
    }
  }
  const entries = [...listed, ...added].sort((a, b) => compareText(a.path, b.path));
  // Found by halves: few paths are asked for, and to note the place of each costs more.
  const get = (path: string): TreeEntry | undefined => {
    const entry = entries[firstNotBefore(entries, path)];
    return entry?.path === path ? entry : undefined;
  };
  return {
    entries,
    get,
    below(path) {
      if (path === '') return entries;
      const own = get(path);
      if (own?.kind !== 'directory') return own ? [own] : [];
      return [own, ...entries.slice(firstNotBefore(entries, `${path}/`), firstNotBefore(entries, `${path}0`))];
    },
    resolve: (path) => resolve(path, get),
  };
}

/** The index at which a path is, or would be, among the sorted entries. All paths below `a/` sort between `a/` and `a0`. */
export function firstNotBefore(entries: readonly TreeEntry[], path: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(entries[middle]?.path ?? '', path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function resolve(path: string, get: BuildContext['get']): Resolved {
  const links: string[] = [];
  const rest = path.split('/');
  const walked: string[] = [];
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (walked.pop() === undefined) return { kind: 'outside' };
      continue;
    }
    walked.push(part);
    const here = walked.join('/');
    const entry = get(here);
    if (!entry) return { kind: 'missing' };
    if (entry.kind !== 'link') continue;
    links.push(here);
    if (entry.target.startsWith('/') || links.length > MAX_LINKS) return { kind: 'outside' };
    walked.pop();
    rest.unshift(...entry.target.split('/'));
  }
  return { kind: 'found', path: walked.join('/'), links };
}
