import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { type ContextEntry, compareText } from './walk.ts';

/**
 * One mode for every file: modes do not count in the digest, so they must not differ in the archive. Executable, because
 * scripts that an image runs must be.
 */
const FILE_MODE = 0o755;

/** A gzipped tar of the entries: sorted, without times, owners or modes, so that the same files give the same bytes. */
export async function packEntries(context: string, entries: readonly ContextEntry[]): Promise<Uint8Array> {
  const tar = pack();
  const bytes = buffer(tar.pipe(createGzip({ level: 6 })));
  const mtime = new Date(0);
  for (const { path, linkTarget } of [...entries].sort((a, b) => compareText(a.path, b.path))) {
    if (linkTarget !== undefined)
      tar.entry({ name: path, type: 'symlink', linkname: linkTarget, mtime, mode: FILE_MODE });
    else tar.entry({ name: path, mtime, mode: FILE_MODE }, await readFile(join(context, path)));
  }
  tar.finalize();
  return await bytes;
}
