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

/** First line of the file, whose other lines are sorted: they are found without being taken apart. */
const FORMAT = 'draftgenie-deploy source cache 2';
/** Of versions that kept the same lines in no order. A file in any other format is ignored. */
const UNSORTED = 'draftgenie-deploy source cache 1';

const SHA256 = /^[0-9a-f]{64}$/;
/** A path as JSON, its stamp and its hash. */
const LINE = /^("(?:[^"\\]|\\.)*") \d+,\d+,\d+,\d+,\d+ [0-9a-f]{64}$/;

/** Of half a million files, at about 200 bytes each. */
const MOST_CHARACTERS = 100_000_000;

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
  const known = sortedLines(await readCache(file));
  const fresh = new Map<string, string>();
  // Files that this run did not look at belong to other images, until there are too many of them.
  const isFull = known.text.length > MOST_CHARACTERS;
  let isNew = false;
  const began = await instantOf(file).catch(unlessUnwritable);
  if (began === undefined) return noHashCache;
  const stampOf = stamps();
  return {
    get(path, stats) {
      const key = JSON.stringify(path);
      const rest = known.find(`${key} `);
      const stamp = stampOf(stats);
      if (rest?.charAt(stamp.length) !== ' ' || !rest.startsWith(stamp)) return undefined;
      const sha256 = rest.slice(stamp.length + 1);
      if (!SHA256.test(sha256)) return undefined;
      if (isFull) fresh.set(key, rest);
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
      const others = isFull ? [] : known.text.split('\n').filter((line) => isOther(line, fresh));
      const lines = [...others, ...[...fresh].map(([key, rest]) => `${key} ${rest}`)].sort();
      await writeCache(file, lines).catch(unlessUnwritable);
    },
  };
}

/** Whole, and of no file that is known anew. */
function isOther(line: string, fresh: ReadonlyMap<string, string>): boolean {
  const [, key] = LINE.exec(line) ?? [];
  return key !== undefined && !fresh.has(key);
}

function unlessUnwritable(error: NodeJS.ErrnoException): undefined {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(error.code ?? '')) throw error;
}

/** What tells one version of a file from another. Times that are the same are written once: it costs as much as all the rest. */
function stamps(): (stats: BigIntStats) => string {
  let device = { dev: -1n, text: '' };
  return ({ size, mtimeNs, ctimeNs, ino, dev }) => {
    if (device.dev !== dev) device = { dev, text: String(dev) };
    const modified = String(mtimeNs);
    return `${size},${modified},${ctimeNs === mtimeNs ? modified : ctimeNs},${ino},${device.text}`;
  };
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

/** The lines of the file, each with its end; empty: there are none. */
async function readCache(file: string): Promise<string> {
  // It saves time and nothing else: one that cannot be read, for whatever reason, is none.
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.slice(text.indexOf('\n') + 1);
  if (text.startsWith(`${FORMAT}\n`)) return lines;
  return text.startsWith(`${UNSORTED}\n`) ? `${lines.split('\n').sort().join('\n')}\n` : '';
}

/**
 * Finds lines by their beginnings. Files are asked for in the order of the lines, more or less: the next is looked at first, and the
 * others are found by halves. No line is looked at before one looks for its file: to read them all costs as much as everything else.
 */
function sortedLines(text: string): { readonly text: string; find(start: string): string | undefined } {
  let next = 0;
  return {
    text,
    find(start) {
      const at = text.startsWith(start, next) ? next : firstNotBefore(text, start);
      if (!text.startsWith(start, at)) return undefined;
      const end = text.indexOf('\n', at);
      next = end + 1;
      return end === -1 ? undefined : text.slice(at + start.length, end);
    },
  };
}

/** Where the first line begins that does not come before `start`. */
function firstNotBefore(text: string, start: string): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = middle === 0 ? 0 : Math.max(low, text.lastIndexOf('\n', middle - 1) + 1);
    if (text.slice(at, at + start.length) >= start) high = at;
    else low = text.indexOf('\n', middle) + 1 || text.length;
  }
  return low;
}

async function writeCache(file: string, lines: readonly string[]): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx');
  try {
    let text = `${FORMAT}\n`;
    for (const line of lines) {
      text += `${line}\n`;
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
