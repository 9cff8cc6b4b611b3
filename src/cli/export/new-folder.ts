import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../shared/errors.ts';

/**
 * What is in the folder already may be somebody's, and a file of an earlier export would go on being deployed.
 * @throws UserError `export_exists`, `export_unwritable`
 */
export async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw unwritable(folder, error);
  });
  if (names.length === 0) return;
  throw new UserError(`${folder} is not empty, and nothing in it is overwritten.`, {
    code: 'export_exists',
    hint: 'Name a folder that is not there yet.',
  });
}

export async function writeBelow(folder: string, path: string, text: string): Promise<void> {
  const at = join(folder, path);
  try {
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, text, { flag: 'wx' });
  } catch (error) {
    throw unwritable(at, error as NodeJS.ErrnoException);
  }
}

function unwritable(path: string, cause: NodeJS.ErrnoException): UserError {
  return new UserError(`${path} cannot be written: ${cause.message}.`, {
    code: 'export_unwritable',
    hint: 'Name a folder that can be made, and written to.',
    cause,
  });
}
