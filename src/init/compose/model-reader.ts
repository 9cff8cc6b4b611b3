import { dirname } from 'node:path';
import { isSame, merged, withoutTags } from './merge.ts';
import type { Scope } from './scope.ts';
import { withDefaults } from './scope.ts';
import type { Asked, SourceReader } from './source-reader.ts';
import { itemsOf, type MapTree, mapTree, memberOf, membersOf, type Tree } from './tree.ts';

/** What belongs together: files that are laid over each other, with where their paths begin. */
interface Model {
  readonly paths: readonly string[];
  readonly folder: string;
  readonly scope: Scope;
}

const SECTIONS = ['services', 'networks', 'volumes', 'configs', 'secrets', 'models'];

/** Lays files over each other and follows `extends` and `include`. */
export class ModelReader {
  readonly #sources: SourceReader;

  constructor(sources: SourceReader) {
    this.#sources = sources;
  }

  /** @param within paths of the files that include it */
  read({ paths, folder, scope }: Model, asked?: Asked, within: readonly string[] = []): MapTree | undefined {
    const trees = paths.flatMap((path) => this.#file(path, folder, scope, asked) ?? []);
    const [first, ...others] = trees;
    if (!first) return undefined;
    const model = withoutTags(others.reduce((below, above) => merged(below, above), first));
    return itemsOf(memberOf(model, 'include')).reduce<MapTree>(
      (into, entry, index) => this.#include(into, entry, `include.${index}`, [...within, ...paths]),
      model,
    );
  }

  #file(path: string, folder: string, scope: Scope, asked?: Asked): MapTree | undefined {
    const tree = this.#sources.compose(path, folder, scope, asked);
    const services = memberOf(tree, 'services');
    if (!tree || services?.kind !== 'map') return tree;
    const whole = [...services.members.keys()].map(
      (name) => [name, this.#service(tree, path, name, []) ?? mapTree([], services.place)] as const,
    );
    return { ...tree, members: new Map([...tree.members, ['services', { ...services, members: new Map(whole) }]]) };
  }

  /** A service over what it extends: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#extends */
  #service(tree: MapTree, file: string, name: string, within: readonly string[]): MapTree | undefined {
    const service = memberOf(memberOf(tree, 'services'), name);
    if (service?.kind !== 'map') return undefined;
    const { extends: base, ...rest } = Object.fromEntries(service.members);
    if (!base) return service;
    const own: MapTree = { ...service, members: new Map(Object.entries(rest)) };
    const { filling } = this.#sources;
    const at = `services.${name}.extends`;
    const here = `${file}#${name}`;
    if (within.includes(here)) {
      const circle = [...within.slice(within.indexOf(here)), here].map((one) => one.slice(one.lastIndexOf('#') + 1));
      filling.problems.add(base.place, at, `is a circle: ${circle.join(' → ')}`);
      return own;
    }
    const wanted = filling.text(memberOf(base, 'service'), `${at}.service`) ?? '';
    const from = filling.text(memberOf(base, 'file'), `${at}.file`);
    const asked: Asked = { place: base.place, path: at };
    const path = from === undefined ? file : this.#sources.pathOf(from, asked);
    if (path === undefined) return own;
    const other = path === file ? tree : this.#sources.compose(path, dirname(path), base.place.origin.scope, asked);
    if (!other) return own;
    const found = this.#service(other, path, wanted, [...within, here]);
    if (found) return merged(found, own, '');
    filling.problems.add(
      base.place,
      at,
      `there is no service ${JSON.stringify(wanted)} in ${this.#sources.nameOf(path)}`,
    );
    return own;
  }

  /** https://github.com/compose-spec/compose-spec/blob/main/14-include.md */
  #include(into: MapTree, entry: Tree, at: string, within: readonly string[]): MapTree {
    const asked: Asked = { place: entry.place, path: at };
    const texts = (tree: Tree | undefined): readonly string[] =>
      itemsOf(tree).flatMap((item) => this.#sources.filling.text(item, at) ?? []);
    const paths = texts(entry.kind === 'map' ? memberOf(entry, 'path') : entry).flatMap(
      (text) => this.#sources.pathOf(text, asked) ?? [],
    );
    const [first] = paths;
    if (first === undefined) {
      this.#sources.filling.problems.add(entry.place, at, 'names no file');
      return into;
    }
    const again = paths.find((path) => within.includes(path));
    if (again !== undefined) {
      const circle = [...within.slice(within.indexOf(again)), again].map((path) => this.#sources.nameOf(path));
      this.#sources.filling.problems.add(entry.place, at, `is a circle: ${circle.join(' → ')}`);
      return into;
    }
    const [directory] = texts(memberOf(entry, 'project_directory'));
    const folder = (directory === undefined ? undefined : this.#sources.pathOf(directory, asked)) ?? dirname(first);
    for (const path of paths) {
      if (this.#sources.nameOf(path).startsWith('../'))
        this.#sources.filling.note(
          entry.place,
          at,
          `${this.#sources.nameOf(path)} lies outside of the folder; it was read all the same`,
        );
    }
    const scope = this.#scopeOf(entry, folder, asked, texts(memberOf(entry, 'env_file')));
    const model = this.read({ paths, folder, scope }, asked, within);
    return model ? this.#copied(into, model) : into;
  }

  #scopeOf(entry: Tree, folder: string, asked: Asked, named: readonly string[]): Scope {
    const { scope } = entry.place.origin;
    const files =
      named.length > 0 ? named.flatMap((text) => this.#sources.pathOf(text, asked) ?? []) : [`${folder}/.env`];
    const further = new Map<string, string>();
    for (const path of files) {
      const found = this.#sources.defaults(path, asked, withDefaults(scope, further), named.length > 0);
      for (const [name, value] of found) further.set(name, value);
    }
    return withDefaults(scope, further);
  }

  /** What is included is not laid over, so two of one name must say the same. */
  #copied(into: MapTree, model: MapTree): MapTree {
    const members = new Map(into.members);
    for (const section of SECTIONS) {
      const further = memberOf(model, section);
      if (!further) continue;
      const known = new Map(membersOf(members.get(section)));
      for (const [name, tree] of membersOf(further)) {
        const other = known.get(name);
        if (!other) known.set(name, tree);
        else if (!isSame(tree, other)) {
          const message = `is also in ${other.place.origin.file}, and says something else there; what is included cannot be changed`;
          this.#sources.filling.problems.add(tree.place, `${section}.${name}`, message);
        }
      }
      members.set(section, mapTree(known, further.place));
    }
    return { ...into, members };
  }
}
