import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../shared/errors.ts';
import { mapConcurrently } from './concurrency.ts';
import type { HashCache } from './hash-cache.ts';
import type { FileFacts, FileTree, TreeEntry } from './ports.ts';

/** More than the threads that Node reads files with, so that these never wait. */
const AT_ONCE = 16;
/** Larger files are hashed as a stream. With AT_ONCE this bounds the memory. */
const READ_WHOLE_BYTES = 1024 * 1024;
const OWNER_MAY_EXECUTE = 0o100n;

/** The files of a directory on disk. */
export function directoryTree(
  root: string,
  { cache, leaveOut = [] }: { readonly cache: HashCache; readonly leaveOut?: readonly string[] },
): FileTree {
  const hashing = new Map<string, Promise<FileFacts>>();

  async function factsOf(path: string): Promise<FileFacts> {
    const stats = await lstat(join(root, path), { bigint: true });
    if (!stats.isFile()) throw changed(path);
    const full = join(root, path);
    let sha256 = cache.get(full, stats);
    if (sha256 === undefined) {
      sha256 = await hashFile(full, stats);
      cache.set(full, stats, sha256);
    }
    return { size: Number(stats.size), executable: isExecutable(stats), sha256 };
  }

  /** Images share files: each is read once. */
  function factsOnce(path: string): Promise<FileFacts> {
    const begun = hashing.get(path) ?? factsOf(path).finally(() => hashing.delete(path));
    hashing.set(path, begun);
    return begun;
  }

  return {
    location: root,
    async list(folder, enter) {
      const isOwn = (path: string): boolean => leaveOut.some((own) => resolve(root, path).startsWith(own));
      return await listFolder(root, folder, { enter, isOwn });
    },
    exists: async (path) => (await ifThere(lstat(join(root, path)))) !== undefined,
    text: async (path) => await ifThere(readFile(join(root, path), 'utf8')),
    async facts(paths) {
      const facts = await mapConcurrently(paths, AT_ONCE, factsOnce);
      await cache.save();
      return facts;
    },
    async *contents(paths) {
      for (const path of paths) yield { path, content: createReadStream(join(root, path)) };
    },
  };
}

async function listFolder(
  root: string,
  top: string,
  { enter, isOwn }: { enter(folder: string): boolean; isOwn(path: string): boolean },
): Promise<readonly TreeEntry[] | undefined> {
  const entries: TreeEntry[] = [];
  let level = [top];
  while (level.length > 0) {
    const next: string[] = [];
    const read = await mapConcurrently(level, AT_ONCE, async (folder) => {
      const children = await ifThere(readdir(join(root, folder), { withFileTypes: true }));
      return { folder, children };
    });
    for (const { folder, children } of read) {
      if (!children && folder === top) return undefined;
      for (const child of children ?? []) {
        const path = folder === '' ? child.name : `${folder}/${child.name}`;
        if (isOwn(path)) continue;
        if (child.isFile()) entries.push({ kind: 'file', path });
        else if (child.isSymbolicLink())
          entries.push({ kind: 'link', path, target: (await readlink(join(root, path))).replaceAll('\\', '/') });
        else if (child.isDirectory()) {
          entries.push({ kind: 'directory', path });
          if (enter(path)) next.push(path);
        }
        // Sockets and devices never reach a build either.
      }
    }
    level = next;
  }
  return entries;
}

/** Windows has no such bit; Docker makes everything executable there. */
function isExecutable({ mode }: BigIntStats): boolean {
  return process.platform === 'win32' || (mode & OWNER_MAY_EXECUTE) !== 0n;
}

async function hashFile(path: string, { size }: BigIntStats): Promise<string> {
  const hash = createHash('sha256');
  if (size <= READ_WHOLE_BYTES) return hash.update(await readFile(path)).digest('hex');
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** A file was replaced or written while it was looked at. */
export function changed(path: string): UserError {
  return new UserError(`${path} changed while the sources were read.`, {
    code: 'source_changed',
    hint: 'Run the command again when nothing writes to the source tree.',
  });
}
