import { itemsOf, listTree, type MapTree, type Tree } from './tree.ts';

/** Of these the file above says all. */
const REPLACED = ['command', 'entrypoint', 'healthcheck.test'];

/** What makes members of lists the same: https://github.com/compose-spec/compose-spec/blob/main/13-merge.md#unique-resources */
const UNIQUE: Readonly<Record<string, readonly string[]>> = {
  volumes: ['target'],
  secrets: ['target'],
  configs: ['target'],
  ports: ['host_ip', 'target', 'published', 'protocol'],
};

/** Two files, or a service over the one that it extends, in their long forms. @param path within a service; undefined: around services */
export function merged(below: MapTree, above: MapTree, path?: string): MapTree {
  const members = new Map(below.members);
  for (const [key, tree] of above.members) {
    const inside = insideOf(path, key);
    const old = members.get(key);
    const made = old ? mergedTrees(old, tree, inside) : tree;
    if (made.tag === 'reset') members.delete(key);
    else members.set(key, made);
  }
  return { ...above, members };
}

/** `services` → `services.*` → what stands in a service, from its key on. */
function insideOf(path: string | undefined, key: string): string | undefined {
  if (path === undefined) return key === 'services' ? 'services' : undefined;
  if (path === 'services') return '';
  return path === '' ? key : `${path}.${key}`;
}

function mergedTrees(below: Tree, above: Tree, path: string | undefined): Tree {
  if (above.tag !== undefined) return above;
  if (above.kind === 'text' && above.text === null && below.kind !== 'text') return below;
  if (below.kind === 'map' && above.kind === 'map') return merged(below, above, path);
  if (below.kind === 'text' && above.kind === 'text') return above;
  if (below.kind === 'map' || above.kind === 'map' || REPLACED.includes(path ?? '')) return above;
  return listTree(mergedItems(itemsOf(below), itemsOf(above), UNIQUE[path ?? '']), above.place);
}

function mergedItems(below: readonly Tree[], above: readonly Tree[], unique: readonly string[] | undefined): Tree[] {
  const items = [...below];
  const names = items.map((item) => nameOf(item, unique));
  for (const item of above) {
    const at = names.indexOf(nameOf(item, unique));
    const old = items[at];
    if (!old) items.push(item);
    else items[at] = old.kind === 'map' && item.kind === 'map' ? merged(old, item, '*') : item;
  }
  return items;
}

function nameOf(item: Tree, unique: readonly string[] | undefined): string {
  if (item.kind === 'text') return `text ${item.text ?? ''}`;
  if (item.kind === 'list' || !unique) return JSON.stringify(plain(item));
  return JSON.stringify(unique.map((key) => plain(item.members.get(key))));
}

/** Whether two say the same, wherever they stand. */
export function isSame(one: Tree, other: Tree): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

/** Without places. */
function plain(tree: Tree | undefined): unknown {
  if (!tree) return null;
  if (tree.kind === 'text') return tree.text;
  if (tree.kind === 'list') return tree.items.map(plain);
  return [...tree.members].map(([key, member]) => [key, plain(member)]);
}

/** Without what only takes away: there is nothing below it. */
export function withoutTags(tree: MapTree): MapTree {
  const members = [...tree.members].flatMap(([key, member]): (readonly [string, Tree])[] => {
    if (member.tag === 'reset') return [];
    return [[key, member.kind === 'map' ? withoutTags(member) : member]];
  });
  return { ...tree, members: new Map(members) };
}
