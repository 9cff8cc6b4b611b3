import type { Problems } from '../problems.ts';
import { valueIn } from '../scope.ts';
import { escaped, filled, parseTemplate } from '../template.ts';
import { type MapTree, mapTree, type Place, rawTextOf, type Tree, textTree } from '../tree.ts';

/** Something that is read in another way than Compose would, or that nobody needs to write any more. */
export interface Note {
  readonly place: Place;
  /** Dotted, in the Compose file. */
  readonly key: string;
  readonly text: string;
}

/** Fills variables into what decides how the project is read, and remembers what is wrong with it. */
export class Filling {
  readonly problems: Problems;
  readonly notes: Note[] = [];

  constructor(problems: Problems) {
    this.problems = problems;
  }

  /** The value as Compose reads it; undefined where there is none. */
  text(tree: Tree | undefined, path: string): string | undefined {
    const raw = rawTextOf(tree);
    if (raw === undefined || !tree) return undefined;
    if (!raw.includes('$')) return raw;
    const template = parseTemplate(raw);
    if (!template.ok) {
      this.problems.add(tree.place, path, template.problem);
      return '';
    }
    const { text, unset, problems } = filled(template.parts, (name) => valueIn(tree.place.origin.scope, name));
    for (const problem of problems) this.problems.add(tree.place, path, problem);
    for (const name of unset)
      this.note(tree.place, path, `the variable ${name} is not set, and counts as empty, as for Compose`);
    return text;
  }

  note(place: Place, key: string, text: string): void {
    if (!this.notes.some((one) => one.key === key && one.text === text)) this.notes.push({ place, key, text });
  }

  /** A map of texts, as they are; those that are undefined are left out. */
  made(members: Readonly<Record<string, string | undefined>>, place: Place): MapTree {
    const given = Object.entries(members).flatMap(([key, text]): (readonly [string, Tree])[] =>
      text === undefined ? [] : [[key, textTree(escaped(text), place)]],
    );
    return mapTree(given, place);
  }
}
