import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../shared/errors.ts';
import { compareText, type FileTree, joinPath, type TreeEntry } from './file-tree.ts';

const ANY_EXECUTE_BIT = 0o111;

/** The files of a folder on disk. Throws UserError `source_missing` when it is none. */
export async function openDirectoryTree(directory: string): Promise<FileTree> {
  const found = await orAbsent(stat(directory));
  if (!found?.isDirectory()) {
    throw new UserError(`The source ${directory} is not a directory.`, {
      code: 'source_missing',
      hint: 'Name the application source tree with --source DIR.',
    });
  }
  return {
    location: directory,

    async entries(folder, filter) {
      const root = join(directory, folder);
      const entries: TreeEntry[] = [];
      async function visit(below: string): Promise<void> {
        for (const child of await readdir(join(root, below), { withFileTypes: true })) {
          const path = joinPath(below, child.name);
          const isIgnored = filter.ignores(path);
          if (child.isDirectory()) {
            if (!isIgnored || filter.hasExceptions) await visit(path);
          } else if (isIgnored) {
            // Sockets and devices, which match none of the kinds below, never reach a build either.
          } else if (child.isSymbolicLink()) {
            entries.push({ path, isExecutable: true, linkTarget: await readlink(join(root, path)) });
          } else if (child.isFile()) {
            entries.push({ path, isExecutable: await isExecutable(join(root, path)) });
          }
        }
      }
      await visit('');
      return entries.sort((a, b) => compareText(a.path, b.path));
    },

    exists: async (path) => (await orAbsent(lstat(join(directory, path)))) !== undefined,
    readText: (path) => orAbsent(readFile(join(directory, path), 'utf8')),

    async hash(path) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(join(directory, path))) hash.update(chunk as Buffer);
      return hash.digest('hex');
    },

    async *read(paths) {
      for (const path of paths) yield [path, await readFile(join(directory, path))];
    },
  };
}

/** Windows has no such bit: every file counts as one that may be run, as Docker's own client there has it. */
async function isExecutable(path: string): Promise<boolean> {
  return process.platform === 'win32' || ((await stat(path)).mode & ANY_EXECUTE_BIT) !== 0;
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return undefined;
    throw error;
  }
}
