import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

const MAX_LISTING_BYTES = 256 * 1024 * 1024;

export interface Archive {
  /** Of the bytes, as hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: Buffer;
}

/**
 * A gzipped tar of a source folder. Within a git work tree: what git tracks or would track, so that what an earlier step of the
 * job made is in it and what is ignored is not; elsewhere everything but
 * `.git` and `node_modules`. Sorted and without times and owners: the same files
 * give the same bytes.
 */
export async function packFolder(folder: string): Promise<Archive> {
  const tar = pack();
  const bytes = buffer(tar.pipe(createGzip()));
  for (const path of [...(await filesOf(folder))].sort()) await add(tar, folder, path);
  tar.finalize();
  const all = await bytes;
  return { sha256: createHash('sha256').update(all).digest('hex'), bytes: all };
}

async function add(tar: ReturnType<typeof pack>, folder: string, name: string): Promise<void> {
  const full = join(folder, name);
  const stat = await lstat(full).catch((error: NodeJS.ErrnoException) => {
    // Tracked, and deleted since.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const entry = async (header: Partial<Header>, content = Buffer.alloc(0)): Promise<void> =>
    await new Promise((done, fail) => {
      const all = { name, mtime: new Date(0), ...header } as Header;
      tar.entry(all, content, (error) => (error ? fail(error) : done()));
    });
  if (stat?.isSymbolicLink()) await entry({ type: 'symlink', linkname: await readlink(full), mode: 0o777 });
  if (stat?.isFile()) await entry({ mode: stat.mode & 0o100 ? 0o755 : 0o644 }, await readFile(full));
}

/** Paths with forward slashes, relative to the folder. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const args = ['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const { stdout } = await promisify(execFile)('git', args, { maxBuffer: MAX_LISTING_BYTES });
    return [...new Set(stdout.split('\0').filter((path) => path !== ''))];
  } catch (error) {
    // 128: no work tree; ENOENT: no git on this machine.
    const { code } = error as { code?: unknown };
    if (code !== 128 && code !== 'ENOENT') throw error;
  }
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => !one.isDirectory())
    .map((one) => relative(folder, join(one.parentPath, one.name)).split(sep).join('/'))
    .filter((path) => !/(^|\/)(\.git|node_modules)\//.test(path));
}
