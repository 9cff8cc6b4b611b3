import { compareText } from '../../source/compare-text.ts';
import type { Place } from '../compose/tree.ts';
import type { Draft, Leftover } from '../draft.ts';

type Path = readonly (string | number)[];

/** Collects what has to be told of a conversion. */
export class Report {
  readonly comments: { path: Path; text: string }[] = [];
  readonly #leftovers: Leftover[] = [];
  /** Leftovers whose reason is the same wherever they stand. */
  readonly #general = new Map<string, { leftover: Leftover; keys: string[] }>();

  /** What did not come over, or came over changed. @param key dotted, in the Compose file */
  left({ origin, line }: Place, key: string, text: string, path?: Path): void {
    this.#leftovers.push({ file: origin.file, line, key, text, ...(path && { path }) });
  }

  /** The same for a key whose reason lies in Azure and not in the service: told once for all services. */
  leftEverywhere({ origin, line }: Place, key: string, text: string): void {
    const id = `${key.split('.').slice(2).join('.')} ${text}`;
    const known = this.#general.get(id);
    if (known) known.keys.push(key);
    else this.#general.set(id, { leftover: { file: origin.file, line, key, text }, keys: [key] });
  }

  comment(path: Path, text: string): void {
    if (!this.comments.some((one) => one.text === text && one.path.join('.') === path.join('.')))
      this.comments.push({ path, text });
  }

  get leftovers(): Draft['leftovers'] {
    const general = [...this.#general.values()].map(({ leftover, keys }) => ({
      ...leftover,
      key: [...new Set(keys)].join(', '),
    }));
    return [...this.#leftovers, ...general].sort(
      (one, other) => compareText(one.file, other.file) || (one.line ?? 0) - (other.line ?? 0),
    );
  }
}
