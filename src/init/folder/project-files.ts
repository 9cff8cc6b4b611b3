import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { FileTree, TreeEntry } from '../../source/ports.ts';
import { openDirectory } from '../../source/source-tree.ts';

/** What others wrote or a program made, so that no service is described there: these folders are not looked into. */
const NOT_SOURCES = new Set(['node_modules', 'bower_components', '__pycache__', 'venv', 'vendor']);
/** Folders looked into; more than any application of one team has. */
const MAX_FOLDERS = 5000;

/** The files of an application, as far as a person wrote them. */
export interface ProjectFiles {
  /** The same files for the reader of builds; it is listed once, whoever asks how often. */
  readonly tree: FileTree;
  /** Paths of files, relative to the folder, in the order of the alphabet. */
  readonly paths: readonly string[];
  /** The Dockerfiles to look at; absent: all. */
  readonly dockerfiles?: readonly string[];
  /** There were more folders than are looked into. */
  readonly isCut: boolean;
}

/** @throws UserError `source_missing` when it is no directory */
export async function readProjectFiles(folder: string): Promise<ProjectFiles> {
  const tree = await openDirectory(folder);
  let folders = 0;
  const isEntered = (path: string): boolean => {
    const name = path.split('/').at(-1) ?? '';
    if (name.startsWith('.') || NOT_SOURCES.has(name) || !isReadable(join(folder, path))) return false;
    folders += 1;
    return folders <= MAX_FOLDERS;
  };
  const entries = (await tree.list('', isEntered)) ?? [];
  const paths = entries.flatMap(({ kind, path }) => (kind === 'file' ? [path] : [])).toSorted();
  return { tree: listedOnce(tree, entries), paths, isCut: folders > MAX_FOLDERS };
}

/** The data of a database that ran here are its own user's, and no sources. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The tree with only what was listed in it. */
function listedOnce(tree: FileTree, entries: readonly TreeEntry[]): FileTree {
  return {
    ...tree,
    async list(folder, enter) {
      const prefix = folder === '' ? '' : `${folder}/`;
      const below = entries.filter(({ path }) => path.startsWith(prefix));
      const refused = below.flatMap(({ kind, path }) => (kind === 'directory' && !enter(path) ? [`${path}/`] : []));
      return below.filter(({ path }) => !refused.some((one) => path.startsWith(one)));
    },
  };
}
