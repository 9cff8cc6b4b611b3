import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { ImageSource } from '../../../src/source/ports.ts';

export const image: ImageSource = {
  service: 'web',
  buildContext: '.',
  dockerfile: 'Dockerfile',
  platform: 'linux/amd64',
  builder: 'buildkit',
};

/** The headers and contents of a gzipped tar. */
export async function archiveEntries(archive: Readable): Promise<{ header: Header; content: Buffer }[]> {
  const found: { header: Header; content: Buffer }[] = [];
  const tar = extract();
  archive
    .on('error', (error) => tar.destroy(error))
    .pipe(createGunzip())
    .pipe(tar);
  for await (const entry of tar) found.push({ header: entry.header, content: await buffer(entry) });
  return found;
}

/** Paths in an archive; folders end in a slash. */
export async function archiveNames(archive: Readable): Promise<string[]> {
  const entries = await archiveEntries(archive);
  return entries.map(({ header: { name, type } }) => (type === 'directory' ? `${name.replace(/\/$/, '')}/` : name));
}
