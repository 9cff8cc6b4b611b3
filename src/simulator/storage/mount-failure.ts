/** What the mount command of a node is told, and how it fails. */
export interface MountFailure {
  readonly fileSystem: 'cifs' | 'nfs';
  /** `//account.file.core.windows.net/share` or `host:/account/share`. */
  readonly source: string;
  readonly output: string;
}
