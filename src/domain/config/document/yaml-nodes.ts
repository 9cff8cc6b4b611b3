import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  visit,
} from 'yaml';

/** What an alias stands for: the anchor of that name before it, found for the whole document at once (each search takes its length). */
export function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** A key as it stands in the file: `01` is not the key `1`. */
export function keyName(key: unknown): string {
  if (!isScalar(key)) return key === null || key === undefined ? '' : String(key);
  return sourceText(key) ?? '';
}

/** The text of a scalar as it stands in the file, without quotes; null for what YAML takes for nothing. */
export function sourceText(scalar: Scalar): string | null {
  const { value, source } = scalar;
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : (source ?? String(value));
}

/** `<<`, which takes the keys of other maps over: https://yaml.org/type/merge.html; in quotes it is a key like others. */
export function isMergeKey(key: unknown): boolean {
  if (!isScalar(key)) return false;
  // A document that says it is YAML 1.1 has a symbol for it.
  return typeof key.value === 'symbol' || (key.value === '<<' && key.type === Scalar.PLAIN);
}

/** The maps that a merge key names, in order; undefined: something else is among them. */
export function mergeSources(value: unknown, targets: ReadonlyMap<Alias, Node>): readonly Node[] | undefined {
  const source = isAlias(value) ? targets.get(value) : value;
  if (isMap(source)) return [value as Node];
  if (!isSeq(source)) return undefined;
  const items = source.items as unknown[];
  return items.every((item) => isMap(isAlias(item) ? targets.get(item) : item)) ? (items as Node[]) : undefined;
}

/** Where a value of a path stands, and its key; what is not there has the place of its nearest parent. */
export function offsetOf(
  document: Document,
  targets: ReadonlyMap<Alias, Node>,
  path: readonly PropertyKey[],
  what: 'key' | 'value',
): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, segment] of path.entries()) {
    const pair = memberAt(node, String(segment), targets, new Set());
    if (!pair) return offset;
    const isKey = what === 'key' && index === path.length - 1;
    offset = (isKey ? startOf(pair.key) : undefined) ?? startOf(pair.value) ?? startOf(pair.key) ?? offset;
    node = pair.value;
  }
  return offset;
}

type Member = Pick<Pair, 'key' | 'value'>;

function memberAt(
  node: unknown,
  name: string,
  targets: ReadonlyMap<Alias, Node>,
  seen: Set<unknown>,
): Member | undefined {
  const target = isAlias(node) ? targets.get(node) : node;
  if (seen.has(target)) return undefined;
  seen.add(target);
  if (isSeq(target)) {
    const item: unknown = target.items[Number(name)];
    if (item === undefined) return undefined;
    return isPair(item) ? item : { key: undefined, value: item };
  }
  if (!isMap(target)) return undefined;
  const own = target.items.find(({ key }) => !isMergeKey(key) && keyName(key) === name);
  if (own) return own;
  const merged = target.items.filter(({ key }) => isMergeKey(key));
  for (const source of merged.flatMap(({ value }) => mergeSources(value, targets) ?? [])) {
    const found = memberAt(source, name, targets, seen);
    if (found) return found;
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
