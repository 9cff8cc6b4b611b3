/** A mistake of the kind a tired programmer makes, and the tests that must notice it. */
export interface SeededBug {
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Files or folders; only what notices it, so that one bug takes seconds. */
  readonly tests: readonly string[];
}

type Row = readonly [name: string, find: string, replace: string, tests: readonly string[]];

/** Bugs by file. */
export type Rows = Readonly<Record<string, readonly Row[]>>;
