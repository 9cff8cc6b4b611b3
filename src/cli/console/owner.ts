/** Who has the screen: a question, or a picture that is drawn anew. What others write stands above it. */
export interface Holder {
  /** It stays below all pictures, whoever came first. */
  readonly asks?: true;
  /** Takes itself off the screen, or goes to a new line. */
  leave?(): void;
  /** Shows itself again below what was written. */
  comeBack?(): void;
}

export interface Hold {
  /** Nobody asks below it. */
  hasScreen(): boolean;
  release(): void;
}

/** The one owner of the screen: it knows who has it, and tells what is waited for when nobody has. */
export interface Console {
  /**
   * What is done from now on, as it stands behind `Still`: `planning against Azure`.
   * @param what undefined: what is waited for is nothing to be told of, such as that somebody ends a server
   */
  doing(what: string | undefined): void;
  /**
   * Tells something once after so long, or as soon as nobody has the screen then.
   * @returns takes it back
   */
  remind(afterInMs: number, tell: () => void): () => void;
  /** Until it is released nothing is told of what is waited for, and pictures are out of the way of a question. */
  hold(holder?: Holder): Hold;
  close(): void;
}
