import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILES_PER_FOLDER = 100;

/** Sizes as in real trees: most files are small, and a few make up most of the bytes. */
export async function generateTree(tree: string, files: number, megabytes: number): Promise<void> {
  const total = megabytes * 1024 * 1024;
  const large = Math.max(1, Math.floor(files / 500));
  const largeSize = Math.floor((total * 0.6) / large);
  const smallSize = Math.floor((total * 0.4) / (files - large));
  let seed = 1;
  for (let index = 0; index < files; index += 1) {
    const folder = join(
      tree,
      `src/${Math.floor(index / FILES_PER_FOLDER / 20)}/${Math.floor(index / FILES_PER_FOLDER)}`,
    );
    if (index % FILES_PER_FOLDER === 0) await mkdir(folder, { recursive: true });
    const size = index < large ? largeSize : smallSize;
    const content = Buffer.alloc(size);
    // Cheap noise: nothing here compresses or compares to equal.
    for (let at = 0; at + 4 <= size; at += 64) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      content.writeUInt32LE(seed, at);
    }
    await writeFile(join(folder, `file-${index}.txt`), content);
  }
  await writeFile(join(tree, 'Dockerfile'), 'FROM scratch\nCOPY src /src\n');
  await writeFile(join(tree, '.dockerignore'), '.git\n**/node_modules\n!src/keep\n');
  // What was written in this very instant is hashed again, as git does.
  const { mtimeMs } = await stat(join(tree, '.dockerignore'));
  while (Date.now() <= mtimeMs + 50);
}
