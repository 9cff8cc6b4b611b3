import type { Readable } from 'node:stream';

/** The application's source tree: what can be seen of it, its digests and its archives. */
export interface SourceTree {
  /** A directory, or the archive's name; for people. */
  readonly location: string;
  /** True when the file or folder exists (path relative to the root of the tree). */
  exists(path: string): Promise<boolean>;
  /** SHA-256 in hexadecimal of one file's content; undefined: there is none, or nobody looks before it is fetched. */
  fileDigest(path: string): Promise<string | undefined>;
  /** The content of a file that is there. */
  fileContent(path: string): Promise<Uint8Array>;
  /**
   * The content digest of one image, SHA-256 in hexadecimal: builder, platform, build arguments, the Dockerfile, and the
   * path, kind, mode and content of everything the build may see after `.dockerignore`. Of the mode only one bit counts, whether
   * a file is executable (0755 or 0644), so a umask makes no difference; times, owners and modes of folders do not.
   * @throws UserError `source_invalid` naming file and line for what cannot be built
   */
  imageDigest(image: ImageSource): Promise<string>;
  /**
   * A gzipped tar of exactly the digested files, as a stream: the same tree gives the same bytes. It fails with UserError
   * `source_changed` when a file is no longer what was digested.
   */
  archive(image: ImageSource): Promise<Readable>;
  /**
   * The archive of an image that others of the same folder may be built from, too: those that see the same files by the same ignore
   * file. It has the Dockerfiles of all of them, which no instruction copies that does not see them anyway.
   * @param images among them the image itself
   */
  sharedArchive(image: ImageSource, images: readonly ImageSource[]): Promise<SharedArchive>;
  /** Where the builder fetches the sources by itself; undefined: it gets them as an archive. */
  address(image: ImageSource): Promise<string | undefined>;
  /** Which builder makes the image, and how it has to be asked. */
  buildKind(image: ImageSource): Promise<BuildKind>;
  /** Everything wrong with the sources of these images, with file and line; empty when all can be built. */
  problems(images: readonly ImageSource[]): Promise<readonly string[]>;
  /** What is not meant, or not obvious, in the builds of these images, with file and line. */
  warnings(images: readonly ImageSource[]): Promise<readonly string[]>;
}

export interface SharedArchive {
  /** SHA-256 in hexadecimal of what is in it: equal ids, equal archives. */
  readonly id: string;
  /** A gzipped tar as a stream, which ends with UserError `source_changed` when a file is no longer what was digested. */
  open(): Readable;
}

/** `classic`: `docker build` without BuildKit, which is what ACR quick builds run (https://github.com/Azure/acr/issues/721). */
export type Builder = 'classic' | 'buildkit';

export interface BuildKind {
  readonly builder: Builder;
  /** Whether ACR's scanner of base images is known to read the Dockerfile (`from-scan.ts`). */
  readonly isScannable: boolean;
}

export interface ImageSource {
  readonly service: string;
  /** Relative to the root of the tree. */
  readonly buildContext: string;
  /** Relative to the build context. */
  readonly dockerfile: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** Absent: the one that the Dockerfile needs. */
  readonly builder?: Builder;
  /** The stage to build; absent: the last. */
  readonly target?: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Ids under which secrets are given to the build. */
  readonly secretIds?: readonly string[];
}

export type TreeEntry =
  | { readonly kind: 'file' | 'directory'; readonly path: string }
  /** `target` as written; the link itself is kept, not what it leads to. */
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

export interface FileFacts {
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Files, folders and links below one root; sockets and devices are left out. Paths have forward slashes and are relative to the
 * root, which is the empty path. Implementations: a directory, and an archive that is streamed.
 */
export interface FileTree {
  readonly location: string;
  /** The configuration of the deployment and its overlay, where they lie in the tree: they are listed, and no source. */
  readonly configFiles: readonly string[];
  /**
   * Everything below a folder, in no special order, paths still relative to the root; folders that `enter` refuses are not looked into.
   * Undefined when there is no such folder.
   */
  list(folder: string, enter: (folder: string) => boolean): Promise<readonly TreeEntry[] | undefined>;
  exists(path: string): Promise<boolean>;
  /** The text of a small file; undefined when there is none. */
  text(path: string): Promise<string | undefined>;
  /** Size, mode and content hash of files, in the order asked for. */
  facts(paths: readonly string[]): Promise<readonly FileFacts[]>;
  /** The contents of these files one after the other; each is read to its end before the next is asked for. */
  contents(
    paths: readonly string[],
  ): AsyncIterable<{ readonly path: string; readonly content: AsyncIterable<Uint8Array> }>;
}
