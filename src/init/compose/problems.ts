import type { ConfigProblem } from '../../domain/config/model.ts';
import type { Place } from './tree.ts';

/** Most that are reported at once. */
const MAX_PROBLEMS = 100;
const MAX_LENGTH = 500;

/** Collects why a project cannot be read, each with file, line and column. */
export class Problems {
  readonly #found: ConfigProblem[] = [];

  get all(): readonly ConfigProblem[] {
    return this.#found.slice(0, MAX_PROBLEMS);
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** @param path dotted, in the Compose file; empty where the message says all */
  add({ origin, line, column }: Place, path: string, message: string): void {
    this.take({ path: cut(path), message: cut(message), line, column, file: origin.file });
  }

  take(...problems: readonly ConfigProblem[]): void {
    for (const problem of problems) {
      const isKnown = this.#found.some((one) => JSON.stringify(one) === JSON.stringify(problem));
      if (!isKnown && this.#found.length < MAX_PROBLEMS) this.#found.push(problem);
    }
  }
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
