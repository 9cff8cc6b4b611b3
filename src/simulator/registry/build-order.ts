import type { Builder } from './dockerfile.ts';

export interface BuildOrder {
  /** Relative to the root of the archive. */
  readonly dockerfilePath: string;
  /** `linux/amd64` */
  readonly platform: string;
  readonly buildArguments: ReadonlyMap<string, string>;
  /** Name of the stage to stop at. */
  readonly target?: string | undefined;
  /** Absent: the classic one. */
  readonly builder?: Builder;
  /** Absent: it is, as every build step of a task. */
  readonly isScanned?: boolean;
  /** Contents by the ids under which they can be mounted. */
  readonly secrets?: ReadonlyMap<string, string>;
}

/** The end of a build, with the line that says why. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
}
