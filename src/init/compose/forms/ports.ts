import { itemsOf, listTree, type Tree } from '../tree.ts';
import type { Filling } from './filling.ts';

const PORT = String.raw`(\d{1,5})(?:-(\d{1,5}))?`;
/** `[[IP:]PUBLISHED:]TARGET[/PROTOCOL]`, where Docker takes an empty address for all: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#short-syntax-4 */
const SHORT = new RegExp(String.raw`^(?:(?:(\[[0-9a-f:]+\]|[0-9.]*):)?(?:${PORT})?:)?${PORT}(?:/([a-z]+))?$`, 'i');
/** More ports of one line are no list that anybody meant. */
const MAX_RANGE = 1000;

/** Every port in its long form, ranges one by one. */
export function longPorts(tree: Tree, path: string, filling: Filling): Tree {
  if (tree.kind !== 'list') return tree;
  const items = tree.items.flatMap((item, index): Tree[] => {
    const at = `${path}.${index}`;
    if (item.kind === 'map') return longPort(item, at, filling);
    const short = filling.text(item, at);
    return short === undefined ? [] : shortPort(short, item, at, filling);
  });
  return { ...tree, items };
}

function shortPort(text: string, item: Tree, path: string, filling: Filling): Tree[] {
  const [match, ip, from, to, target, lastTarget, protocol] = SHORT.exec(text.trim()) ?? [];
  const targets = rangeOf(target, lastTarget);
  const published = rangeOf(from, to);
  if (match === undefined || !targets || (from !== undefined && !published)) {
    filling.problems.add(item.place, path, `found ${JSON.stringify(text)}; expected a port such as "8080:80"`);
    return [];
  }
  if (published && published.length !== targets.length && targets.length > 1) {
    filling.problems.add(item.place, path, `found ${JSON.stringify(text)}; both ranges must be of the same length`);
    return [];
  }
  return targets.map((port, index) =>
    filling.made(
      {
        target: String(port),
        published: published ? String(published[index] ?? published[0]) : undefined,
        host_ip: ip?.replace(/^\[|\]$/g, '') || undefined,
        protocol: protocol?.toLowerCase() ?? 'tcp',
      },
      item.place,
    ),
  );
}

function longPort(item: Extract<Tree, { kind: 'map' }>, path: string, filling: Filling): Tree[] {
  const text = (key: string): string | undefined => filling.text(item.members.get(key), `${path}.${key}`);
  const target = text('target');
  if (!rangeOf(target, undefined)) {
    filling.problems.add(
      item.place,
      path,
      `found ${JSON.stringify(target ?? '')} as its target; expected a port such as 80`,
    );
    return [];
  }
  const made = filling.made(
    {
      target,
      published: text('published'),
      host_ip: text('host_ip'),
      protocol: text('protocol')?.toLowerCase() ?? 'tcp',
    },
    item.place,
  );
  return [{ ...item, members: new Map([...item.members, ...made.members]) }];
}

/** All ports of a range; undefined where it is none. */
function rangeOf(first: string | undefined, last: string | undefined): readonly number[] | undefined {
  if (first === undefined || !/^\d{1,5}$/.test(first)) return undefined;
  const [from, to] = [Number(first), Number(last ?? first)];
  if (from < 1 || to > 65_535 || to < from || to - from >= MAX_RANGE) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Ports of `expose`: numbers, ranges, with a protocol behind them. */
export function exposedPorts(tree: Tree, path: string, filling: Filling): Tree {
  const items = itemsOf(tree).flatMap((item, index) => {
    const at = `${path}.${index}`;
    const text = filling.text(item, at) ?? '';
    const [, from, to, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/([a-z]+))?$/i.exec(text.trim()) ?? [];
    const ports = rangeOf(from, to);
    if (!ports) {
      filling.problems.add(item.place, at, `found ${JSON.stringify(text)}; expected a port such as "3000"`);
      return [];
    }
    return ports.map((port) => filling.made({ target: String(port), protocol: protocol.toLowerCase() }, item.place));
  });
  return listTree(items, tree.place);
}
