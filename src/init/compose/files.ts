import { readFileSync, statSync } from 'node:fs';

/** The files of a project; paths are absolute. */
export interface ComposeFiles {
  /** The text of a file; undefined when there is none, or more than 4 MiB of it. @throws what the system says of one that cannot be read */
  text(path: string): string | undefined;
  /** What is there; undefined: nothing. */
  kind(path: string): 'file' | 'folder' | undefined;
}

/** The same files, of which those that cannot be read have no text: what is only looked into need not be readable. */
export function readableOf(files: ComposeFiles): ComposeFiles {
  return {
    kind: (path) => files.kind(path),
    text(path) {
      try {
        return files.text(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        return undefined;
      }
    },
  };
}

/** Larger ones are no settings: dumps of databases are mounted, too. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Those on disk. */
export const DISK: ComposeFiles = {
  text: (path) =>
    DISK.kind(path) === 'file' && statSync(path).size <= MOST_BYTES ? readFileSync(path, 'utf8') : undefined,
  kind(path) {
    // No system has such a name, and Node refuses to ask.
    if (path.includes('\0')) return undefined;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) return 'file';
    return found?.isDirectory() ? 'folder' : undefined;
  },
};
