import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of its own for the running test, removed when the test is over. */
export async function tempDirectory(): Promise<string> {
  const { path, remove } = await tempFolder();
  onTestFinished(remove);
  return path;
}

/** A directory that several tests share; who made it removes it. */
export async function tempFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'draftgenie-test-'));
  // What ends with its parent, as Azurite does, may write its last file meanwhile.
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/** Writes files by relative path; `{ link: target }` makes a symbolic link. */
export async function writeTree(
  root: string,
  files: Readonly<Record<string, string | { readonly link: string }>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'string') await writeFile(full, content);
    else await symlink(content.link, full);
  }
}
