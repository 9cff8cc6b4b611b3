import { createHash, type Hash } from 'node:crypto';
import { posix } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { UserError } from '../shared/errors.ts';
import { compareText, type FileTree, type TreeEntry } from './file-tree.ts';

export interface ArchiveLimits {
  readonly entries: number;
  /** Unpacked, all files together. */
  readonly bytes: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 200_000, bytes: 4 * 1024 ** 3 };

/** What tar-stream gives for each entry; its own type has no name. */
type Entry = ReturnType<typeof extract> extends AsyncIterable<infer Source> ? Source : never;

interface IndexedFile extends TreeEntry {
  readonly sha256: string;
}

/** Texts that are read again and again: they say what a build sees. */
const KEPT_TEXT = /(^|\/)[^/]*(dockerfile[^/]*|\.dockerignore)$/i;
const LONGEST_KEPT_TEXT = 256 * 1024;
const EXECUTE_BIT = 0o100;

/**
 * The files of a gzipped tar, which is never unpacked to disk. One pass checks its digest and makes an index of names and
 * hashes; contents are read by passing over it again.
 *
 * @param open gives the archive's bytes from the start, each time
 * @throws UserError `source_archive_invalid` for what is no archive, is too large, has another digest, or holds names that
 *   lead out of it
 */
export async function openArchiveTree(
  sha256: string,
  open: () => Promise<Readable>,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<FileTree> {
  const location = `sha256:${sha256}`;
  const texts = new Map<string, string>();
  const files = await indexOf(sha256, open, limits, texts);
  const sorted = [...files.values()].sort((a, b) => compareText(a.path, b.path));

  async function* read(paths: readonly string[]): AsyncGenerator<readonly [string, Uint8Array]> {
    const wanted = new Set(paths);
    const contents = new Map<string, Uint8Array>();
    await passOver(await open(), limits, async (path, entry) => {
      if (wanted.has(path)) contents.set(path, await contentOf(entry));
    });
    for (const path of paths) {
      const content = contents.get(path);
      if (!content) throw new Error(`${location} has no file ${path}`);
      yield [path, content];
    }
  }

  return {
    location,
    read,

    async entries(folder, filter) {
      const prefix = folder === '' || folder === '.' ? '' : `${folder}/`;
      return sorted.flatMap(({ path, isExecutable, linkTarget }) => {
        const below = path.slice(prefix.length);
        if (!path.startsWith(prefix) || filter.ignores(below)) return [];
        return [{ path: below, isExecutable, ...(linkTarget !== undefined && { linkTarget }) }];
      });
    },

    exists: async (path) => {
      const normal = posix.normalize(path).replace(/\/$/, '');
      return files.has(normal) || sorted.some((file) => file.path.startsWith(`${normal}/`));
    },

    async readText(path) {
      const normal = posix.normalize(path);
      const kept = texts.get(normal);
      const file = files.get(normal);
      if (kept !== undefined || !file || file.linkTarget !== undefined) return kept;
      for await (const [, content] of read([normal])) return new TextDecoder().decode(content);
      return undefined;
    },

    async hash(path) {
      const file = files.get(path);
      if (!file) throw new Error(`${location} has no file ${path}`);
      return file.sha256;
    },
  };
}

async function indexOf(
  sha256: string,
  open: () => Promise<Readable>,
  limits: ArchiveLimits,
  texts: Map<string, string>,
): Promise<ReadonlyMap<string, IndexedFile>> {
  const files = new Map<string, IndexedFile>();
  const whole = createHash('sha256');
  await passOver(
    await open(),
    limits,
    async (path, entry) => {
      if (files.has(path)) throw invalid(`it holds ${path} twice`);
      const { type, mode = 0, linkname, size = 0 } = entry.header;
      const hash = createHash('sha256');
      const keeps = KEPT_TEXT.test(path) && size <= LONGEST_KEPT_TEXT;
      const content = await contentOf(entry, hash, keeps);
      if (keeps && type === 'file') texts.set(path, new TextDecoder().decode(content));
      files.set(path, {
        path,
        isExecutable: type === 'symlink' || (mode & EXECUTE_BIT) !== 0,
        ...(type === 'symlink' && { linkTarget: linkname ?? '' }),
        sha256: hash.digest('hex'),
      });
    },
    whole,
  );
  const found = whole.digest('hex');
  if (found !== sha256) throw invalid(`its digest is ${found}, not ${sha256}`);
  return files;
}

/** Calls back for every file and link, and counts what it unpacks: a small archive can hold a large tree. */
async function passOver(
  bytes: Readable,
  limits: ArchiveLimits,
  visit: (path: string, entry: Entry) => Promise<void>,
  whole?: Hash,
): Promise<void> {
  const tar = extract();
  let unpacked = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      done(unpacked > limits.bytes ? invalid(`it unpacks to more than ${limits.bytes} bytes`) : null, chunk);
    },
  });
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      whole?.update(chunk);
      done(null, chunk);
    },
  });
  let count = 0;
  const visiting = (async () => {
    for await (const entry of tar) {
      count += 1;
      if (count > limits.entries) throw invalid(`it holds more than ${limits.entries} entries`);
      const path = pathOf(entry);
      if (path === undefined) entry.resume();
      else await visit(path, entry);
    }
  })();
  try {
    await Promise.all([pipeline(bytes, hashed, createGunzip(), counted, tar), visiting]);
  } catch (error) {
    bytes.destroy();
    throw explained(error);
  }
}

/** The normal path of a file or link; undefined for folders. */
function pathOf({ header: { name, type } }: Entry): string | undefined {
  if (type === 'directory') return undefined;
  if (type !== 'file' && type !== 'symlink') throw invalid(`${JSON.stringify(name)} is a ${type}, no file or link`);
  const path = posix.normalize(name);
  const leaves = path.startsWith('/') || path === '..' || path.startsWith('../');
  if (leaves || path === '.' || /[\0\\]/.test(path)) throw invalid(`the name ${JSON.stringify(name)} leads out of it`);
  return path;
}

async function contentOf(entry: Entry, hash?: Hash, keeps = true): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) {
    hash?.update(chunk as Buffer);
    if (keeps) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function explained(error: unknown): unknown {
  if (error instanceof UserError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  // zlib's codes begin with Z_; tar-stream has messages only.
  const isOfContent = code.startsWith('Z_') || /tar|header|unexpected end/i.test(message);
  return isOfContent ? invalid(`it is no gzipped tar (${message})`) : error;
}

function invalid(reason: string): UserError {
  return new UserError(`The source archive cannot be used: ${reason}.`, {
    code: 'source_archive_invalid',
    exitCode: 1,
    hint: 'Pack and upload it again.',
  });
}
