import { isMap, isNode, type Node } from 'yaml';
import { type Building, buildFrom } from '../../domain/config/document/yaml-data.ts';
import { parseYaml, type YamlDocument } from '../../domain/config/document/yaml-document.ts';
import { sourceText } from '../../domain/config/document/yaml-nodes.ts';
import type { Problems } from './problems.ts';
import type { MapTree, Origin, Place, Tree } from './tree.ts';

const TAGS: Readonly<Record<string, 'reset' | 'override'>> = { '!reset': 'reset', '!override': 'override' };

/** A Compose file as a tree, with its anchors and merge keys followed; undefined where it cannot be read, for reasons that are told. */
export function readTree(text: string, origin: Origin, problems: Problems): MapTree | undefined {
  const parsed = parseYaml(text);
  const inFile = (found: typeof parsed | ReturnType<YamlDocument['use']>): void => {
    if (!found.ok) problems.take(...found.problems.map((problem) => ({ ...problem, file: origin.file })));
  };
  if (!parsed.ok) {
    inFile(parsed);
    return undefined;
  }
  const { document, targets, use } = parsed.value;
  const read = use(() => buildFrom(document.contents, targets, treeBuilding(parsed.value, origin)));
  if (!read.ok) {
    inFile(read);
    return undefined;
  }
  if (isMap(document.contents) && read.value.kind === 'map') return read.value;
  const isEmpty = document.contents === null;
  problems.add(
    { origin, line: 1, column: 1 },
    '',
    isEmpty ? 'the file is empty' : 'expected keys and values at the top, found something else',
  );
  return undefined;
}

function treeBuilding({ placeAt }: YamlDocument, origin: Origin): Building<Tree> {
  const placeOf = (node: unknown): Place => ({
    origin,
    ...placeAt(isNode(node) ? (node.range?.[0] ?? 0) : 0),
  });
  const tagged = (node: Node | undefined) => {
    const tag = TAGS[node?.tag ?? ''];
    return tag ? { tag } : {};
  };
  return {
    replaced: () => undefined,
    scalar: (node) => ({ kind: 'text', text: sourceText(node), place: placeOf(node), ...tagged(node) }),
    nothing: (node) => ({ kind: 'text', text: null, place: placeOf(node) }),
    list: (items, node) => ({ kind: 'list', items, place: placeOf(node), ...tagged(node) }),
    map: (members, node) => ({ kind: 'map', members, place: placeOf(node), ...tagged(node) }),
    keyed: (member, key) => ({ ...member, place: placeOf(key) }),
  };
}
