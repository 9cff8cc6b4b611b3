/** The application's source tree: what can be seen of it, its digests and its archives. */
export interface SourceTree {
  /** For people: the directory, or the digest of the archive. */
  readonly directory: string;
  /** True when the file or folder exists (path relative to the build context). */
  exists(path: string): Promise<boolean>;
  /**
   * The content digest of one image: Dockerfile, platform and every file the build may see after `.dockerignore`.
   * Whether a file may be run counts; times and owners do not. Throws UserError naming file and line for what cannot be built.
   */
  imageDigest(image: ImageSource): Promise<string>;
  /** A gzipped tar of exactly the digested files: the same tree gives the same bytes. */
  archive(image: ImageSource): Promise<Uint8Array>;
  /** Everything wrong with the sources of these images; empty when all can be built. */
  problems(images: readonly ImageSource[]): Promise<readonly string[]>;
}

export interface ImageSource {
  readonly service: string;
  /** Relative to the source directory. */
  readonly buildContext: string;
  /** Relative to the build context. */
  readonly dockerfile: string;
  /** `linux/amd64` */
  readonly platform: string;
}
