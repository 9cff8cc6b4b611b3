import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { IgnoreFile } from './ignore-file.ts';

/** A file or link of the build context; folders exist only through what is in them. */
export interface ContextEntry {
  /** Relative to the context, with forward slashes. */
  readonly path: string;
  /** Where a symbolic link points, as written. */
  readonly linkTarget?: string;
}

/** All files and links of the context that the ignore file lets through, sorted by path. */
export async function walkContext(context: string, ignored: IgnoreFile): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];

  async function visit(folder: string): Promise<void> {
    const children = await readdir(join(context, folder), { withFileTypes: true });
    for (const child of children) {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      const isIgnored = ignored.ignores(path);
      if (child.isDirectory()) {
        if (!isIgnored || ignored.hasExceptions) await visit(path);
      } else if (isIgnored) {
        // Sockets and devices never reach a build either.
      } else if (child.isSymbolicLink()) {
        entries.push({ path, linkTarget: await readlink(join(context, path)) });
      } else if (child.isFile()) {
        entries.push({ path });
      }
    }
  }

  await visit('');
  return entries.sort((a, b) => compareText(a.path, b.path));
}

/** By code unit, so that the order is the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
