import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Content hashes of files, kept between runs. */
export interface HashCache {
  /** The hash of a file that has not changed since it was kept. */
  get(path: string, stats: BigIntStats): string | undefined;
  set(path: string, stats: BigIntStats, sha256: string): void;
  /** Writes new hashes, atomically; writes nothing when there are none. */
  save(): Promise<void>;
}

/** First line of the file; a file in another format is ignored. */
const FORMAT = 'draftgenie-deploy source cache 1';

const SHA256 = /^[0-9a-f]{64}$/;
const KEY = /^"(?:[^"\\]|\\.)*"$/;
const LINE = /^\d+,\d+,\d+,\d+,\d+ [0-9a-f]{64}$/;

/** Of about 200 bytes each. */
const MAX_ENTRIES = 500_000;

/** Caches nothing; for callers without a place for a file. */
export const noHashCache: HashCache = {
  get: () => undefined,
  set: () => undefined,
  save: async () => undefined,
};

/**
 * Opens the cache in a file. A file of the tree is known again by size, modification and change time (ns), inode and device,
 * as git does. A file that was changed in the instant in which hashing began, or later, could change again unnoticed
 * (https://git-scm.com/docs/racy-git), so its hash is not kept. That instant is the time stamp that the file system gives the
 * new cache file. A damaged cache is replaced; a cache that cannot be written only costs time.
 */
export async function openHashCache(file: string): Promise<HashCache> {
  const known = await readCache(file);
  const fresh = new Map<string, string>();
  // Files that this run did not look at belong to other images, until there are too many of them.
  const isFull = known.size > MAX_ENTRIES;
  let isNew = false;
  const began = await instantOf(file).catch(unlessUnwritable);
  if (began === undefined) return noHashCache;
  return {
    get(path, stats) {
      const key = JSON.stringify(path);
      const line = known.get(key);
      const stamp = stampOf(stats);
      if (line?.charAt(stamp.length) !== ' ' || !line.startsWith(stamp)) return undefined;
      const sha256 = line.slice(stamp.length + 1);
      if (!SHA256.test(sha256)) return undefined;
      if (isFull) fresh.set(key, line);
      return sha256;
    },
    set(path, stats, sha256) {
      if (stats.mtimeNs >= began || stats.ctimeNs >= began) return;
      fresh.set(JSON.stringify(path), `${stampOf(stats)} ${sha256}`);
      isNew = true;
    },
    async save() {
      if (!isNew) return;
      isNew = false;
      const others = isFull ? [] : [...known].filter(([key, line]) => KEY.test(key) && LINE.test(line));
      await writeCache(file, new Map([...others, ...fresh])).catch(unlessUnwritable);
    },
  };
}

function unlessUnwritable(error: NodeJS.ErrnoException): undefined {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(error.code ?? '')) throw error;
}

function stampOf({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string {
  return `${size},${mtimeNs},${ctimeNs},${ino},${dev}`;
}

/** The file system's own clock. */
async function instantOf(file: string): Promise<bigint> {
  await mkdir(dirname(file), { recursive: true });
  const probe = `${file}.${randomUUID()}.tmp`;
  const handle = await open(probe, 'wx');
  try {
    return (await handle.stat({ bigint: true })).mtimeNs;
  } finally {
    await handle.close();
    await rm(probe, { force: true });
  }
}

/** Lines that are damaged are found out when one looks for their file: reading them all costs as much as everything else. */
async function readCache(file: string): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  // It saves time and nothing else: one that cannot be read, for whatever reason, is none.
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!text.startsWith(`${FORMAT}\n`)) return known;
  let start = FORMAT.length + 1;
  for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', start)) {
    const line = text.slice(start, end);
    // No stamp has a quotation mark.
    const quote = line.lastIndexOf('"');
    known.set(line.slice(0, quote + 1), line.slice(quote + 2));
    start = end + 1;
  }
  return known;
}

async function writeCache(file: string, entries: ReadonlyMap<string, string>): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx');
  try {
    let text = `${FORMAT}\n`;
    for (const [key, line] of entries) {
      text += `${key} ${line}\n`;
      if (text.length < 1 << 16) continue;
      await handle.write(text);
      text = '';
    }
    await handle.write(text);
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}
