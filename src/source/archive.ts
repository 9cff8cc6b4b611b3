import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Header, type Pack, pack } from 'tar-stream';
import { compareText } from './compare-text.ts';
import { changed } from './directory-tree.ts';
import type { FileFacts, FileTree, TreeEntry } from './ports.ts';

/** What goes into an archive: paths of the tree, and the facts that its digest was made of. */
export interface ArchivePlan {
  readonly entries: readonly TreeEntry[];
  readonly facts: ReadonlyMap<string, FileFacts>;
  /** The folder of the tree that is the archive's root; empty: the tree's own. */
  readonly root: string;
}

/**
 * A gzipped tar: folders and links first, then the files, each sorted by path (files of an archive: in its own order); no times
 * and no owners, and one mode for each kind, so that the same tree gives the same bytes. It streams; a file that changed since it
 * was digested ends the stream with UserError `source_changed`.
 */
export function packTree(tree: FileTree, { entries, facts, root }: ArchivePlan): Readable {
  const tar = pack();
  const out = new PassThrough();
  const name = (path: string): string => (root === '' ? path : path.slice(root.length + 1));
  const sorted = entries.toSorted((a, b) => compareText(a.path, b.path));

  async function fill(): Promise<void> {
    for (const entry of sorted) {
      const header = { name: name(entry.path), mtime: new Date(0) };
      if (entry.kind === 'directory') await add({ ...header, type: 'directory', mode: 0o755 });
      if (entry.kind === 'link') await add({ ...header, type: 'symlink', linkname: entry.target, mode: 0o777 });
    }
    const files = sorted.flatMap(({ kind, path }) => (kind === 'file' ? [path] : []));
    for await (const { path, content } of tree.contents(files)) {
      const known = facts.get(path);
      if (!known) throw new Error(`no facts of ${path}`);
      const mode = known.executable ? 0o755 : 0o644;
      await addFile({ name: name(path), mtime: new Date(0), mode, size: known.size }, checked(path, content, known));
    }
    tar.finalize();
  }

  async function add(header: Partial<Header> & { readonly name: string }): Promise<void> {
    await new Promise<void>((done, fail) => tar.entry(header, (error) => (error ? fail(error) : done())));
  }

  async function addFile(
    header: Partial<Header> & { readonly name: string },
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    await new Promise<void>((done, fail) => {
      const sink = tar.entry(header, (error) => (error ? fail(error) : done()));
      // Without a listener the error of an aborted archive would end the process.
      sink.on('error', fail);
      pour(content, sink).catch(fail);
    });
  }

  // An error anywhere ends the stream that the caller reads.
  pipeline(tar, createGzip({ level: 6 }), out).catch((error: Error) => out.destroy(error));
  fill().catch((error: Error) => tar.destroy(error));
  return out;
}

async function pour(content: AsyncIterable<Uint8Array>, sink: ReturnType<Pack['entry']>): Promise<void> {
  let goOn = (): void => undefined;
  sink.on('drain', () => goOn()).on('close', () => goOn());
  for await (const chunk of content) {
    if (sink.write(chunk)) continue;
    await new Promise<void>((drained) => (goOn = drained));
    // The reader has gone: the sink's own callback reports that.
    if (sink.destroyed) return;
  }
  sink.end(undefined);
}

async function* checked(path: string, content: AsyncIterable<Uint8Array>, known: FileFacts): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > known.size) throw changed(path);
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== known.sha256) throw changed(path);
}
