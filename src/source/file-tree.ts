/** A file or link; folders exist only through what is in them. */
export interface TreeEntry {
  /** Relative to the folder that was asked for, with forward slashes. */
  readonly path: string;
  readonly isExecutable: boolean;
  /** Where a symbolic link points, as written. */
  readonly linkTarget?: string;
}

/** Says which paths below a folder are of no interest. */
export interface PathFilter {
  ignores(path: string): boolean;
  /** True when a pattern takes paths back, so that an ignored folder may still hold files that count. */
  readonly hasExceptions: boolean;
}

/** Files to read, wherever they are: a folder on disk, or an archive. Paths are relative, with forward slashes. */
export interface FileTree {
  /** For people. */
  readonly location: string;
  /** Everything below a folder that the filter lets through, sorted by path; `''` is the root. */
  entries(folder: string, filter: PathFilter): Promise<readonly TreeEntry[]>;
  /** Files, folders and links, dangling ones too. */
  exists(path: string): Promise<boolean>;
  /** Undefined when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** Lower-case hexadecimal SHA-256 of a file's content. */
  hash(path: string): Promise<string>;
  /** Contents in the order asked for, one at a time. */
  read(paths: readonly string[]): AsyncIterable<readonly [path: string, content: Uint8Array]>;
}

export const ALL_PATHS: PathFilter = { ignores: () => false, hasExceptions: false };

/** By code unit, so that the order is the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '' && part !== '.').join('/');
}
