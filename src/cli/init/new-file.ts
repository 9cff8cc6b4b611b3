import { lstat } from 'node:fs/promises';
import { UserError } from '../../shared/errors.ts';
import { createAtomically } from '../../state/file/atomic.ts';

/** A link that leads nowhere counts, too. */
export async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Writes a file that is not there yet, whole or not at all.
 * @returns false, and nothing is changed, when it is there
 * @throws UserError `init_unwritable`
 */
export async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    return await createAtomically(path, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === undefined ? undefined : REASONS[code];
    if (reason === undefined) throw cause;
    throw new UserError(`${path} cannot be written: ${reason}.`, {
      code: 'init_unwritable',
      hint: 'Write to another place with --output FILE, or print it with --dry-run.',
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'the folder may not be written to',
  EPERM: 'the folder may not be written to',
  EROFS: 'the file system is read-only',
  // Of the folders above it, which are made.
  EEXIST: 'a part of its path is no folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOENT: 'there is no such folder, and none can be made',
};
