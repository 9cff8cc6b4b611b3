import { dirname, relative, resolve } from 'node:path';
import { checkShape, EXTENSION } from './check-shape.ts';
import { parseEnvFile } from './env-file.ts';
import type { ComposeFiles } from './files.ts';
import type { Filling } from './forms/filling.ts';
import { inLongForms } from './forms/long-forms.ts';
import { isWindowsPath } from './forms/mounts.ts';
import { readTree } from './read-tree.ts';
import { type Scope, valueIn, withDefaults } from './scope.ts';
import { PROJECT_SHAPE } from './shapes/project-shape.ts';
import { filled, parseTemplate } from './template.ts';
import { type MapTree, memberOf, membersOf, type Origin, type Place, type TextTree, textTree } from './tree.ts';

/** Who asks for a file. */
export interface Asked {
  readonly place: Place;
  /** Dotted, in the Compose file. */
  readonly path: string;
}

/** Reads the files of a project, each one once for each scope, and tells what is wrong with them. */
export class SourceReader {
  readonly files: ComposeFiles;
  readonly filling: Filling;
  /** Absolute paths, in the order in which they were read. */
  readonly read = new Set<string>();
  readonly #root: string;

  constructor(files: ComposeFiles, root: string, filling: Filling) {
    this.files = files;
    this.filling = filling;
    this.#root = root;
  }

  /** For people: relative to the root, with forward slashes. */
  nameOf(path: string): string {
    return relative(this.#root, path).replaceAll('\\', '/') || '.';
  }

  /** One Compose file, its services in their long forms; undefined where it cannot be read, which is told. */
  compose(path: string, folder: string, scope: Scope, asked?: Asked): MapTree | undefined {
    const origin: Origin = { file: this.nameOf(path), folder, scope };
    const text = this.#text(path, asked ?? { place: { origin, line: 1, column: 1 }, path: '' });
    if (text === undefined) return undefined;
    this.read.add(path);
    const tree = readTree(text, origin, this.filling.problems);
    if (!tree || this.#isOfFirstVersion(tree)) return undefined;
    checkShape(tree, PROJECT_SHAPE, this.filling.problems);
    const services = memberOf(tree, 'services');
    const version = memberOf(tree, 'version');
    if (version)
      this.filling.note(
        version.place,
        'version',
        'says nothing any more: the specification has no versions; the key can go',
      );
    if (services?.kind !== 'map') return tree;
    const long = [...services.members].map(
      ([name, service]) => [name, inLongForms(service, `services.${name}`, this.filling)] as const,
    );
    return { ...tree, members: new Map([...tree.members, ['services', { ...services, members: new Map(long) }]]) };
  }

  /** Before `services` there were only services at the top. */
  #isOfFirstVersion(tree: MapTree): boolean {
    if (tree.members.has('services') || tree.members.has('include')) return false;
    const known = Object.keys(PROJECT_SHAPE.keys);
    const isService = ([key, member]: readonly [string, unknown]): boolean => {
      const keys = membersOf(member as MapTree).map(([name]) => name);
      return !known.includes(key) && !EXTENSION.test(key) && (keys.includes('image') || keys.includes('build'));
    };
    const [first] = [...tree.members].filter(isService);
    if (!first) return false;
    const [name, service] = first;
    const message = `is a service in the form of version 1, which Compose reads no more; put all services below "services:"`;
    this.filling.problems.add(service.place, name, message);
    return true;
  }

  /** Values of a file of variables, each with its place; undefined: there is no such file, which is told where it is required. */
  variables(
    path: string,
    { scope, asked, format, isRequired }: VariablesOf,
  ): ReadonlyMap<string, TextTree> | undefined {
    const text = isRequired || this.files.kind(path) === 'file' ? this.#text(path, asked) : undefined;
    if (text === undefined) return undefined;
    this.read.add(path);
    const { entries, problems } = parseEnvFile(text, format);
    const file = this.nameOf(path);
    const placed = (line: number, own: ReadonlyMap<string, string>): Place => ({
      origin: { file, folder: dirname(path), scope: withDefaults(scope, own) },
      line,
      column: 1,
    });
    for (const { line, message } of problems) this.filling.problems.add(placed(line, new Map()), '', message);
    // A line may name those above it.
    const known = new Map<string, string>();
    const found = new Map<string, TextTree>();
    for (const { name, value, line } of entries) {
      const place = placed(line, new Map(known));
      found.set(name, textTree(value ?? null, place));
      const filledIn = value === undefined ? valueIn(scope, name) : this.#valueOf(value, place);
      if (filledIn !== undefined) known.set(name, filledIn);
    }
    return found;
  }

  #valueOf(text: string, place: Place): string {
    const template = parseTemplate(text);
    if (template.ok) return filled(template.parts, (name) => valueIn(place.origin.scope, name)).text;
    this.filling.problems.add(place, '', template.problem);
    return '';
  }

  /** The defaults that a file of variables gives to `${…}`. */
  defaults(path: string, asked: Asked, scope: Scope, isRequired: boolean): ReadonlyMap<string, string> {
    const found = this.variables(path, { scope, asked, format: 'compose', isRequired }) ?? new Map<string, TextTree>();
    return new Map(
      [...found].flatMap(([name, { text, place }]): [string, string][] =>
        text === null ? [] : [[name, this.#valueOf(text, place)]],
      ),
    );
  }

  /** An absolute path of one that a file names; undefined where no machine but one has it, which is told. */
  pathOf(text: string, { place, path }: Asked): string | undefined {
    if (isWindowsPath(text)) {
      const message = `${JSON.stringify(text)} is a path of Windows; write it relative to this file, with forward slashes`;
      this.filling.problems.add(place, path, message);
      return undefined;
    }
    return resolve(place.origin.folder, text);
  }

  #text(path: string, { place, path: key }: Asked): string | undefined {
    try {
      const text = this.files.text(path);
      if (text === undefined) this.filling.problems.add(place, key, `there is no file ${this.nameOf(path)}`);
      return text;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      this.filling.problems.add(place, key, `${this.nameOf(path)} cannot be read: ${message}`);
      return undefined;
    }
  }
}

interface VariablesOf {
  readonly scope: Scope;
  readonly asked: Asked;
  readonly format: 'compose' | 'raw';
  readonly isRequired: boolean;
}
