import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { compareText, type FileTree, joinPath, type TreeEntry } from './file-tree.ts';

/** Docker knows more modes; what makes a difference in an image is whether a file may be run. */
const EXECUTABLE_MODE = 0o755;
const FILE_MODE = 0o644;

/** A gzipped tar of entries below a folder: sorted, without times and owners, so that the same files give the same bytes. */
export async function packEntries(tree: FileTree, folder: string, entries: readonly TreeEntry[]): Promise<Uint8Array> {
  const tar = pack();
  const bytes = buffer(tar.pipe(createGzip({ level: 6 })));
  const mtime = new Date(0);
  const sorted = [...entries].sort((a, b) => compareText(a.path, b.path));
  const files = sorted.filter(({ linkTarget }) => linkTarget === undefined);
  const contents = tree.read(files.map(({ path }) => joinPath(folder, path)))[Symbol.asyncIterator]();
  for (const { path, linkTarget, isExecutable } of sorted) {
    const mode = isExecutable ? EXECUTABLE_MODE : FILE_MODE;
    if (linkTarget !== undefined) tar.entry({ name: path, type: 'symlink', linkname: linkTarget, mtime, mode });
    else tar.entry({ name: path, mtime, mode }, Buffer.from((await contents.next()).value?.[1] ?? []));
  }
  tar.finalize();
  return await bytes;
}
