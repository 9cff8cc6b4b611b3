import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type ArchiveLimits, type ArchiveSource, invalid, readArchive } from './archive-reader.ts';
import type { FileFacts, FileTree, TreeEntry } from './ports.ts';

export const DEFAULT_LIMITS: ArchiveLimits = { maxBytes: 4 * 1024 ** 3, maxEntries: 250_000 };

/** Dockerfiles and ignore files are small and asked for again and again; their texts are kept. */
const KEPT_NAME = /dockerfile|containerfile|\.dockerignore$/i;
const KEPT_BYTES = 256 * 1024;
const MAX_KEPT = 1000;

interface Index {
  readonly entries: ReadonlyMap<string, TreeEntry>;
  readonly facts: ReadonlyMap<string, FileFacts>;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * The files of a `.tar.gz`, which is never unpacked: the first call reads and checks all of it and keeps an index with the
 * hash of every file; contents are streamed in further passes.
 */
export function archiveTree(source: ArchiveSource): FileTree {
  let indexing: Promise<Index> | undefined;
  const index = (): Promise<Index> => {
    // A broken connection is worth another try; a broken archive stays broken.
    indexing ??= readIndex(source).catch((error: unknown) => {
      indexing = undefined;
      throw error;
    });
    return indexing;
  };
  return {
    location: `archive ${source.sha256.slice(0, 12)}`,
    configFiles: [],
    async list(folder) {
      const { entries } = await index();
      if (folder !== '' && entries.get(folder)?.kind !== 'directory') return undefined;
      const prefix = folder === '' ? '' : `${folder}/`;
      return [...entries.values()].filter(({ path }) => path.startsWith(prefix));
    },
    exists: async (path) => (await index()).entries.has(normal(path)) || normal(path) === '',
    async text(path) {
      const { entries, texts } = await index();
      const wanted = normal(path);
      if (entries.get(wanted)?.kind !== 'file') return undefined;
      const known = texts.get(wanted);
      if (known !== undefined) return known;
      for await (const { content } of contents(source, [wanted])) return (await buffer(content)).toString('utf8');
      return undefined;
    },
    async facts(paths) {
      const { facts } = await index();
      return paths.map((path) => {
        const known = facts.get(path);
        if (!known) throw new Error(`${path} is no file of the archive`);
        return known;
      });
    },
    contents: (paths) => contents(source, paths),
  };
}

function normal(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

async function readIndex(source: ArchiveSource): Promise<Index> {
  const entries = new Map<string, TreeEntry>();
  const facts = new Map<string, FileFacts>();
  const texts = new Map<string, string>();
  for await (const { entry, executable, content } of readArchive(source)) {
    if (entry.path === '') continue;
    if (entry.kind === 'directory' && entries.get(entry.path)?.kind === 'directory') continue;
    if (entries.has(entry.path)) throw invalid(`${JSON.stringify(entry.path)} is in it twice`);
    addFolders(entry.path, entries);
    entries.set(entry.path, entry);
    if (entry.kind !== 'file') continue;
    const hash = createHash('sha256');
    const kept: Uint8Array[] | undefined = KEPT_NAME.test(entry.path) && texts.size < MAX_KEPT ? [] : undefined;
    let size = 0;
    for await (const chunk of content) {
      hash.update(chunk);
      size += chunk.length;
      if (size <= KEPT_BYTES) kept?.push(chunk);
    }
    facts.set(entry.path, { size, executable, sha256: hash.digest('hex') });
    if (kept && size <= KEPT_BYTES) texts.set(entry.path, Buffer.concat(kept).toString('utf8'));
  }
  return { entries, facts, texts };
}

/** Folders exist even when the archive has no entry for them. A parent of an entry must not be a file or a link. */
function addFolders(path: string, entries: Map<string, TreeEntry>): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end);
    const known = entries.get(folder);
    if (known?.kind === 'directory') return;
    if (known) throw invalid(`${JSON.stringify(path)} lies in what is no folder`);
    entries.set(folder, { kind: 'directory', path: folder });
  }
}

async function* contents(
  source: ArchiveSource,
  paths: readonly string[],
): AsyncIterable<{ path: string; content: AsyncIterable<Uint8Array> }> {
  const wanted = new Set(paths);
  if (wanted.size === 0) return;
  for await (const { entry, content } of readArchive(source)) {
    if (!wanted.delete(entry.path)) continue;
    yield { path: entry.path, content };
    if (wanted.size === 0) return;
  }
  throw invalid('it is no longer what it was');
}
