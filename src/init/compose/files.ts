import { readFileSync, statSync } from 'node:fs';

/** The files of a project; paths are absolute. */
export interface ComposeFiles {
  /** The text of a file; undefined when there is none. @throws what the system says of one that cannot be read */
  text(path: string): string | undefined;
  /** What is there; undefined: nothing. */
  kind(path: string): 'file' | 'folder' | undefined;
}

/** Those on disk. */
export const DISK: ComposeFiles = {
  text: (path) => (DISK.kind(path) === 'file' ? readFileSync(path, 'utf8') : undefined),
  kind(path) {
    // No system has such a name, and Node refuses to ask.
    if (path.includes('\0')) return undefined;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) return 'file';
    return found?.isDirectory() ? 'folder' : undefined;
  },
};
