import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { UserError } from '../shared/errors.ts';
import type { TreeEntry } from './ports.ts';

export interface ArchiveLimits {
  /** Bytes after decompression, headers and all. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

export interface ArchiveEntry {
  readonly entry: TreeEntry;
  readonly executable: boolean;
  /** Empty for folders and links. Whatever is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface ArchiveSource {
  /** Expected of the compressed bytes, in hexadecimal. */
  readonly sha256: string;
  /** Opens the archive from its beginning, each time it is called. */
  open(): Promise<Readable>;
  readonly limits: ArchiveLimits;
}

/**
 * Reads a `.tar.gz` from beginning to end without unpacking it: every entry is checked, every byte counted. It ends without
 * an error only when the compressed bytes have the expected SHA-256.
 * @throws UserError `source_archive_invalid`
 */
export async function* readArchive({ sha256, open, limits }: ArchiveSource): AsyncGenerator<ArchiveEntry> {
  const hash = createHash('sha256');
  const tar = extract();
  const compressed = await open();
  let broken: Error | undefined;
  compressed.once('error', (error) => (broken = error));
  const explain = (error: unknown): unknown => {
    // The connection broke, which says nothing about the archive.
    if (broken) return broken;
    return error instanceof UserError ? error : invalid(`it is no gzipped tar (${(error as Error).message})`, error);
  };
  const flow = pipeline(compressed, tap(hash), createGunzip(), counter(limits.maxBytes), tar);
  // Its error reaches the loop below through the last stream as well.
  flow.catch(() => undefined);
  let entries = 0;
  try {
    for await (const found of tar) {
      entries += 1;
      if (entries > limits.maxEntries) throw invalid(`it has more than ${limits.maxEntries} entries`);
      const { header } = found;
      // tar-stream reads some broken sizes as null and would wait for ever for the end of such an entry.
      if (!Number.isSafeInteger(header.size)) throw invalid(`${shown(header.name)} has a size that is no number`);
      const content = explained(found as AsyncIterable<Uint8Array>, explain);
      yield { entry: treeEntry(header), executable: ((header.mode ?? 0) & 0o100) !== 0, content };
      // The next entry comes when this one is read to its end.
      found.resume();
    }
    await flow;
  } catch (error) {
    throw explain(error);
  } finally {
    compressed.destroy();
    tar.destroy();
  }
  const digest = hash.digest('hex');
  if (digest !== sha256) throw invalid(`its SHA-256 is ${digest}, not ${sha256}`);
}

async function* explained(
  content: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => unknown,
): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw explain(error);
  }
}

export function invalid(reason: string, cause?: unknown): UserError {
  return new UserError(`The source archive cannot be used: ${reason}.`, {
    code: 'source_archive_invalid',
    hint: 'Pack the source tree again, with the command line or as a plain .tar.gz, and upload it.',
    cause,
  });
}

function tap(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

function counter(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(invalid(`it has more than ${maxBytes} bytes when it is decompressed`));
      else done(null, chunk);
    },
  });
}

function treeEntry({ name, type, linkname }: Header): TreeEntry {
  const path = treePath(name);
  switch (type) {
    case 'file':
    case 'contiguous-file':
      if (path === '') throw invalid('it has a file without a name');
      return { kind: 'file', path };
    case 'directory':
      return { kind: 'directory', path };
    case 'symlink':
      return { kind: 'link', path, target: linkTarget(path, linkname ?? '') };
    case 'link':
      throw invalid(`${shown(name)} is a hard link; pack with --hard-dereference`);
    default:
      throw invalid(`${shown(name)} is neither file, folder nor symbolic link (${type})`);
  }
}

/** `./a/` and `a` are the same path; absolute ones and those that climb are refused. */
function treePath(name: string): string {
  if (/[\0\\]/.test(name) || name.startsWith('/') || /^[A-Za-z]:/.test(name))
    throw invalid(`${shown(name)} is no path within the tree`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw invalid(`${shown(name)} is no path within the tree`);
  return parts.join('/');
}

function linkTarget(path: string, target: string): string {
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  if (target === '' || /[\0\\]/.test(target) || target.startsWith('/') || end === '..' || end.startsWith('../'))
    throw invalid(`${shown(path)} is a link that leaves the tree (to ${shown(target)})`);
  return target;
}

/** A name from outside, safe to print. */
function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
