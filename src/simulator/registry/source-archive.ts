import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import dockerignore from '@balena/dockerignore';
import { extract } from 'tar-stream';
import type { Builder } from './dockerfile.ts';

export interface ArchivedFile {
  /** Relative to the root of the archive, with `/`, without a leading `./`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** The uploaded build context. */
export type SourceArchive = ReadonlyMap<string, ArchivedFile>;

/** What the builder says of an upload that is no gzipped tar. */
export class SourceArchiveError extends Error {
  override readonly name = 'SourceArchiveError';
}

/** Opens an uploaded `.tar.gz`: files only, symbolic links kept with their target as content. Throws SourceArchiveError. */
export async function openSourceArchive(archive: Uint8Array): Promise<SourceArchive> {
  try {
    const tar = await promisify(gunzip)(archive);
    const files = new Map<string, ArchivedFile>();
    const entries = extract();
    Readable.from([tar]).pipe(entries);
    for await (const entry of entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const path = entry.header.name.replace(/^(\.?\/)+/, '');
      if (entry.header.type === 'file') files.set(path, { path, content: Buffer.concat(chunks) });
      else if (entry.header.type === 'symlink' || entry.header.type === 'link') {
        files.set(path, { path, content: Buffer.from(entry.header.linkname ?? '') });
      }
    }
    return files;
  } catch (cause) {
    throw new SourceArchiveError('failed to untar the source archive: it is not a gzipped tar', { cause });
  }
}

/**
 * What the daemon gets to see: the archive without what its own ignore file leaves out. BuildKit takes that of the Dockerfile, if there
 * is one: https://docs.docker.com/build/concepts/context/#filename-and-location
 */
export function buildContext(
  archive: SourceArchive,
  dockerfilePath: string,
  builder: Builder = 'classic',
): SourceArchive {
  const own = builder === 'buildkit' ? archive.get(`${dockerfilePath}.dockerignore`) : undefined;
  const rules = own ?? archive.get('.dockerignore');
  if (!rules) return archive;
  const ignore = dockerignore.default().add(Buffer.from(rules.content).toString('utf8'));
  return new Map(
    [...archive].filter(([path]) => path === dockerfilePath || path === '.dockerignore' || !ignore.ignores(path)),
  );
}

/**
 * The files that one COPY or ADD source stands for: the file itself, everything below a folder, or what its wildcard
 * (`*`, `?`, `[…]`; never across `/`) matches. Empty when the context has no such thing.
 */
export function matchSource(context: SourceArchive, source: string): readonly ArchivedFile[] {
  const pattern = source.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  if (pattern === '' || pattern === '.') return [...context.values()];
  const matcher = new RegExp(`^${patternSource(pattern)}(?:/.*)?$`);
  return [...context.values()].filter((file) => matcher.test(file.path));
}

function patternSource(pattern: string): string {
  return pattern.replace(/\[[^\]]+\]|[*?]|[.+^${}()|\\/\]]/g, (token) => {
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.startsWith('[') ? token : `\\${token}`;
  });
}
