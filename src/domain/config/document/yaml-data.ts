import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { LIMITS } from '../../../shared/limits.ts';
import { isReset, RESET } from './reset.ts';
import { isMergeKey, keyName, mergeSources } from './yaml-nodes.ts';

/** Values that aliases and merge keys may repeat in all: a few lines can ask for more than any memory holds. */
const MAX_COPIES = LIMITS.configCopies.value;

/** A text that is YAML and makes no sense as data. */
export class UnusableYaml extends Error {
  override readonly name = 'UnusableYaml';
  readonly node: unknown;

  constructor(message: string, node: unknown) {
    super(message);
    this.node = node;
  }
}

/**
 * The document as plain data, with its aliases and merge keys followed; `RESET` stands for what is tagged `!reset`.
 *
 * @param scalar what becomes of a scalar
 * @throws UnusableYaml for an alias of nothing or of what holds it, a merge of what is no map, and too many copies
 */
export function dataOf(
  contents: unknown,
  targets: ReadonlyMap<Alias, Node>,
  scalar: (node: Scalar) => unknown,
): unknown {
  return buildFrom<unknown>(contents, targets, {
    replaced: (node) => (isReset(node) ? { value: RESET } : undefined),
    scalar,
    nothing: (node) => node ?? null,
    list: (members) => members,
    map: (members) => Object.fromEntries(members),
    keyed: (member) => member,
  });
}

/** What becomes of the parts of a document, from the innermost out. */
export interface Building<Value> {
  /** Of a node whatever it holds; undefined: what it holds decides. */
  replaced(node: Node): { readonly value: Value } | undefined;
  scalar(node: Scalar): Value;
  /** Of what is no node: an empty place. */
  nothing(node: unknown): Value;
  list(members: readonly Value[], node: YAMLSeq): Value;
  map(members: ReadonlyMap<string, Value>, node: YAMLMap | undefined): Value;
  /** A member of a map with the node of its key. */
  keyed(member: Value, key: unknown): Value;
}

/** The document in whatever form, with its aliases and merge keys followed. @throws UnusableYaml as `dataOf` */
export function buildFrom<Value>(
  contents: unknown,
  targets: ReadonlyMap<Alias, Node>,
  building: Building<Value>,
): Value {
  return new Conversion(targets, building).convert(contents).value;
}

interface Converted<Value> {
  readonly value: Value;
  /** Values in it, itself among them. */
  readonly size: number;
  /** Of a map. */
  readonly members?: ReadonlyMap<string, Value>;
}

class Conversion<Value> {
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #building: Building<Value>;
  readonly #done = new Map<unknown, Converted<Value> | undefined>();
  #copies = 0;

  constructor(targets: ReadonlyMap<Alias, Node>, building: Building<Value>) {
    this.#targets = targets;
    this.#building = building;
  }

  convert(node: unknown): Converted<Value> {
    if (isAlias(node)) return this.#alias(node);
    const replaced = isNode(node) ? this.#building.replaced(node) : undefined;
    if (replaced) return { value: replaced.value, size: 1 };
    if (isScalar(node)) return { value: this.#building.scalar(node), size: 1 };
    if (isMap(node)) return this.#once(node, () => this.#map(node));
    if (isSeq(node)) return this.#once(node, () => this.#list(node));
    return { value: this.#building.nothing(node), size: 1 };
  }

  /** What aliases share is made once. */
  #once(node: Node, make: () => Converted<Value>): Converted<Value> {
    if (this.#done.has(node)) {
      const known = this.#done.get(node);
      if (!known) throw new UnusableYaml('an alias stands within what it is an alias of', node);
      return known;
    }
    this.#done.set(node, undefined);
    const made = make();
    this.#done.set(node, made);
    return made;
  }

  #alias(alias: Alias): Converted<Value> {
    const target = this.#targets.get(alias);
    if (!target) throw new UnusableYaml(`there is no anchor ${alias.source.slice(0, 100)} before this alias`, alias);
    const converted = this.convert(target);
    this.#count(converted.size, alias);
    return converted;
  }

  #count(copies: number, node: unknown): void {
    this.#copies += copies;
    if (this.#copies > MAX_COPIES)
      throw new UnusableYaml(`aliases repeat more than ${MAX_COPIES} values, which is not allowed`, node);
  }

  #list(node: YAMLSeq): Converted<Value> {
    const members = node.items.map((item) => {
      if (!isPair(item)) return this.convert(item);
      const { value, size } = this.convert(item.value);
      const only = new Map([[keyName(item.key), this.#building.keyed(value, item.key)]]);
      return { value: this.#building.map(only, undefined), size: size + 1 };
    });
    return {
      value: this.#building.list(
        members.map(({ value }) => value),
        node,
      ),
      size: members.reduce((sum, { size }) => sum + size, 1),
    };
  }

  /** A key of the map itself wins over merged ones, of those the first: https://yaml.org/type/merge.html */
  #map(node: YAMLMap): Converted<Value> {
    const own = new Set(node.items.flatMap(({ key }) => (isMergeKey(key) ? [] : [keyName(key)])));
    const members = new Map<string, Value>();
    let size = 1;
    for (const { key, value } of node.items) {
      if (!isMergeKey(key)) {
        const converted = this.convert(value);
        size += converted.size;
        members.set(keyName(key), this.#building.keyed(converted.value, key));
        continue;
      }
      for (const converted of this.#sources(value, key)) {
        size += converted.size;
        for (const [name, member] of converted.members ?? []) {
          if (!own.has(name) && !members.has(name)) members.set(name, member);
        }
      }
    }
    return { value: this.#building.map(members, node), size, members };
  }

  #sources(value: unknown, key: unknown): readonly Converted<Value>[] {
    const sources = mergeSources(value, this.#targets);
    if (!sources)
      throw new UnusableYaml('<< takes keys and values, an alias of them, or a list of those', value ?? key);
    return sources.map((source) => this.convert(source));
  }
}
