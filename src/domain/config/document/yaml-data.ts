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
import { isReset, RESET } from './reset.ts';
import { isMergeKey, keyName, mergeSources } from './yaml-nodes.ts';

/** Values that aliases and merge keys may repeat in all: a few lines can ask for more than any memory holds. */
const MAX_COPIES = 100_000;

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
  return new Conversion(targets, scalar).convert(contents).value;
}

interface Converted {
  readonly value: unknown;
  /** Values in it, itself among them. */
  readonly size: number;
}

class Conversion {
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #scalar: (node: Scalar) => unknown;
  readonly #done = new Map<unknown, Converted | undefined>();
  #copies = 0;

  constructor(targets: ReadonlyMap<Alias, Node>, scalar: (node: Scalar) => unknown) {
    this.#targets = targets;
    this.#scalar = scalar;
  }

  convert(node: unknown): Converted {
    if (isAlias(node)) return this.#alias(node);
    if (isNode(node) && isReset(node)) return { value: RESET, size: 1 };
    if (isScalar(node)) return { value: this.#scalar(node), size: 1 };
    if (isMap(node)) return this.#once(node, () => this.#map(node));
    if (isSeq(node)) return this.#once(node, () => this.#list(node));
    return { value: node ?? null, size: 1 };
  }

  /** What aliases share is made once. */
  #once(node: Node, make: () => Converted): Converted {
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

  #alias(alias: Alias): Converted {
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

  #list({ items }: YAMLSeq): Converted {
    const members = items.map((item) => {
      if (!isPair(item)) return this.convert(item);
      const { value, size } = this.convert(item.value);
      return { value: { [keyName(item.key)]: value }, size: size + 1 };
    });
    return { value: members.map(({ value }) => value), size: members.reduce((sum, { size }) => sum + size, 1) };
  }

  /** A key of the map itself wins over merged ones, of those the first: https://yaml.org/type/merge.html */
  #map({ items }: YAMLMap): Converted {
    const own = new Set(items.flatMap(({ key }) => (isMergeKey(key) ? [] : [keyName(key)])));
    const members = new Map<string, unknown>();
    let size = 1;
    for (const { key, value } of items) {
      const isMerge = isMergeKey(key);
      for (const converted of isMerge ? this.#sources(value, key) : [this.convert(value)]) {
        size += converted.size;
        const found = isMerge ? Object.entries(converted.value as object) : [[keyName(key), converted.value] as const];
        for (const [name, member] of found) {
          if (!isMerge || !(own.has(name) || members.has(name))) members.set(name, member);
        }
      }
    }
    return { value: Object.fromEntries(members), size };
  }

  #sources(value: unknown, key: unknown): readonly Converted[] {
    const sources = mergeSources(value, this.#targets);
    if (!sources)
      throw new UnusableYaml('<< takes keys and values, an alias of them, or a list of those', value ?? key);
    return sources.map((source) => this.convert(source));
  }
}
