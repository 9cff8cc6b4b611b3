import { chmod, lstat, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';

/** Where the app that is served from this directory keeps everything. */
export function servedHome(): string {
  return resolve('.draftgenie-deploy', 'serve');
}

/** Nobody else may enter, list or change it. */
const OWNER_ONLY = 0o700;

/**
 * A folder for its owner alone, made if need be; one that was open before, as earlier versions left it, is closed.
 * @throws UserError `folder_foreign` when it is somebody else's, or a link to wherever somebody likes
 */
export async function ownFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: OWNER_ONLY });
  // Windows keeps folders below a user's own to that user, and knows neither owners nor modes of this kind.
  if (process.getuid === undefined) return;
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid()) {
    throw new UserError(`The folder ${path} is not that of the user who runs this.`, {
      code: 'folder_foreign',
      hint: 'Serve from a directory of your own, or remove the folder.',
    });
  }
  await chmod(path, OWNER_ONLY);
}
