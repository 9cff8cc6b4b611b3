import { posix } from 'node:path';
import type { FileTree, TreeEntry } from './ports.ts';

/** Git submodules of which only the empty folder is there. */
export interface Submodules {
  /** Why a path is missing, as the end of a sentence; empty when it lies in none. */
  reason(path: string): Promise<string>;
  /** One sentence for each of these folders that is one. */
  among(entries: readonly TreeEntry[]): Promise<readonly string[]>;
}

const FETCH = 'git submodule update --init';

/** Source: https://git-scm.com/docs/gitmodules */
export function submodulesOf(tree: FileTree): Submodules {
  let found: Promise<readonly string[]> | undefined;
  const empty = (): Promise<readonly string[]> => (found ??= emptySubmodules(tree));
  return {
    async reason(path) {
      const around = (await empty()).find((folder) => path === folder || path.startsWith(`${folder}/`));
      return around === undefined ? '' : `: ${around} is a git submodule that was not fetched (${FETCH})`;
    },
    async among(entries) {
      const own = await empty();
      if (own.length === 0) return [];
      const folders = new Set(entries.flatMap(({ kind, path }) => (kind === 'directory' ? [path] : [])));
      const copied = own.filter((folder) => folders.has(folder));
      return copied.map(
        (folder) => `${folder} is a git submodule that was not fetched, and is copied empty (${FETCH})`,
      );
    },
  };
}

async function emptySubmodules(tree: FileTree): Promise<readonly string[]> {
  const text = (await tree.text('.gitmodules')) ?? '';
  const folders = [...text.matchAll(/^\s*path\s*=\s*"?(.+?)"?\s*$/gm)].map(([, path = '']) => posix.normalize(path));
  const listed = await Promise.all(folders.map((folder) => tree.list(folder, () => false)));
  return folders.filter((_, index) => (listed[index] ?? []).length === 0);
}
