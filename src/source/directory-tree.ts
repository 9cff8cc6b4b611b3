import { createHash, hash } from 'node:crypto';
import { type BigIntStats, closeSync, createReadStream, lstatSync, openSync, readSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../shared/errors.ts';
import { mapLimited } from '../shared/map-limited.ts';
import { once } from '../shared/once.ts';
import { compareText } from './compare-text.ts';
import type { HashCache } from './hash-cache.ts';
import type { FileFacts, FileTree, TreeEntry } from './ports.ts';

/** Folders read at once. */
const AT_ONCE = 16;
/** Larger files are hashed as a stream, so that memory stays bounded. */
const READ_WHOLE_BYTES = 1024 * 1024;
/**
 * Files are looked at, and small ones read, synchronously, because Node's thread pool costs several times the read itself; after so
 * long the event loop gets a turn.
 */
const TURN_IN_MS = 5;
const OWNER_MAY_EXECUTE = 0o100;
const LOOK = { bigint: true, throwIfNoEntry: false } as const;

export interface DirectoryOptions {
  /** Beginnings of absolute paths that are no part of the sources: what a deployment itself writes among them. */
  readonly leaveOut?: readonly string[];
  /** Path of the configuration that is deployed by: no part of the sources either, and told where a build would take it. */
  readonly configFiles?: readonly string[];
  /** Paths and links that lead out of the directory lead nowhere: who made them is not trusted with the files of this machine. */
  readonly isEnclosed?: boolean;
}

/** The files of a directory on disk. */
export function directoryTree(
  root: string,
  { cache, leaveOut = [], configFiles = [], isEnclosed = false }: DirectoryOptions & { readonly cache: HashCache },
): FileTree {
  const placeOf = isEnclosed ? enclosed(root) : async (path: string): Promise<string> => join(root, path);

  const prefix = join(root, '/');
  const hashWhole = wholeFiles();

  /** A promise only where a file is read as a stream: nearly all of them are known, or small. */
  function factsOf(path: string): FileFacts | Promise<FileFacts> {
    const full = prefix + path;
    const stats = lstatSync(full, LOOK);
    if (!stats?.isFile()) throw changed(path);
    const facts = (sha256: string): FileFacts => ({
      size: Number(stats.size),
      executable: isExecutable(stats),
      sha256,
    });
    const known = cache.get(full, stats);
    if (known !== undefined) return facts(known);
    const learnt = (sha256: string): FileFacts => {
      cache.set(full, stats, sha256);
      return facts(sha256);
    };
    const small = stats.size < READ_WHOLE_BYTES ? hashWhole(full) : undefined;
    return small === undefined ? hashStream(full).then(learnt) : learnt(small);
  }

  return {
    location: root,
    configFiles: configFiles.flatMap((file) => pathBelow(root, file) ?? []),
    async list(folder, enter) {
      if ((await placeOf(folder)) === undefined) return undefined;
      const isOwn = (path: string): boolean => leaveOut.some((own) => resolve(root, path).startsWith(own));
      return await listFolder(root, folder, { enter, isOwn });
    },
    async exists(path) {
      const place = await placeOf(path);
      return place !== undefined && (await ifThere(lstat(place))) !== undefined;
    },
    async text(path) {
      const place = await placeOf(path);
      return place === undefined ? undefined : await ifThere(readFile(place, 'utf8'));
    },
    async facts(paths) {
      const facts: FileFacts[] = [];
      let turnEnds = 0;
      for (const path of paths) {
        if (performance.now() > turnEnds) {
          await setImmediate();
          turnEnds = performance.now() + TURN_IN_MS;
        }
        const found = factsOf(path);
        facts.push(found instanceof Promise ? await found : found);
      }
      await cache.save();
      return facts;
    },
    async *contents(paths) {
      for (const path of paths) yield { path, content: createReadStream(join(root, path)) };
    },
  };
}

/** Where a path leads by all its links; undefined: nowhere, or out of the root. */
function enclosed(root: string): (path: string) => Promise<string | undefined> {
  const top = once(() => realpath(root));
  return async (path) => {
    const [place, inside] = [await ifThere(realpath(join(root, path))), await top()];
    if (place === undefined) return undefined;
    return place === inside || pathBelow(inside, place) !== undefined ? place : undefined;
  };
}

/** Undefined for what lies outside. */
function pathBelow(root: string, path: string): string | undefined {
  const below = relative(resolve(root), resolve(path)).replaceAll('\\', '/');
  return below === '' || below.startsWith('../') || isAbsolute(below) ? undefined : below;
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
    const read = await mapLimited(level, AT_ONCE, async (folder) => {
      const children = await ifThere(readdir(join(root, folder), { withFileTypes: true }));
      return { folder, children };
    });
    for (const { folder, children } of read) {
      if (!children && folder === top) return undefined;
      // In order, so that what is sorted by path later is nearly sorted.
      for (const child of (children ?? []).sort((a, b) => compareText(a.name, b.name))) {
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
  return process.platform === 'win32' || (Number(mode) & OWNER_MAY_EXECUTE) !== 0;
}

/** Hashes small files, all of them read into one buffer; undefined: one has become larger than that. */
function wholeFiles(): (path: string) => string | undefined {
  const buffer = once(() => Buffer.allocUnsafeSlow(READ_WHOLE_BYTES));
  return (path) => {
    const bytes = buffer();
    const file = openSync(path, 'r');
    try {
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = readSync(file, bytes, length, bytes.length - length, null);
      return length < bytes.length ? hash('sha256', bytes.subarray(0, length)) : undefined;
    } finally {
      closeSync(file);
    }
  };
}

async function hashStream(path: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) sum.update(chunk as Buffer);
  return sum.digest('hex');
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

/** A file was replaced or written while it was read. */
export function changed(path: string): UserError {
  return new UserError(`${path} changed while the sources were read.`, {
    code: 'source_changed',
    hint: 'Run the command again when nothing writes to the source tree.',
  });
}
