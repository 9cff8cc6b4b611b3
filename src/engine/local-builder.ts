import type { Readable } from 'node:stream';
import type { Builder } from '../source/ports.ts';

/** The docker of the machine on which this process runs. A build lasts as long as the process, and can be done again. */
export interface LocalBuilder {
  /** Why nothing can be built, in one sentence; undefined: it can. */
  obstacle(): Promise<string | undefined>;
  /**
   * How far a build is. One that this process has not begun is begun; what has ended is told once.
   *
   * @param name tells one build from every other
   */
  follow(name: string, begin: () => Promise<LocalBuild>): Promise<LocalProgress>;
}

export interface LocalBuild {
  /** Host of the registry that it is pushed to. */
  readonly loginServer: string;
  /** `server/repository:tag` */
  readonly reference: string;
  /** A password with which docker signs in there. */
  readonly token: string;
  /** An address that docker fetches by itself, or a tar archive. */
  readonly context: string | Readable;
  readonly dockerfile: string;
  /** `linux/amd64` */
  readonly platform: string;
  readonly builder: Builder;
  readonly noCache: boolean;
  readonly timeoutInSeconds: number;
  readonly target?: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Values by the ids that the Dockerfile mounts. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** `lines`: what it has said since it was last asked. */
export type LocalProgress =
  | { readonly kind: 'running'; readonly lines: readonly string[] }
  | { readonly kind: 'pushed'; readonly lines: readonly string[] }
  | {
      readonly kind: 'failed';
      readonly lines: readonly string[];
      readonly why: string;
      /** The end of all that it has said. */
      readonly tail: string;
      readonly end: 'failed' | 'timed_out';
    };
