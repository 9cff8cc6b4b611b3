import { Document, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { shownText } from '../../shared/shown-text.ts';
import type { Draft, Leftover } from '../draft.ts';

/** A path of the configuration, from its top. */
type Path = readonly (string | number)[];

export interface Heading {
  /** Where editors find the JSON Schema, as the file will name it; absent: they are told nothing. */
  readonly schema?: string | undefined;
  /** Lines above everything else. */
  readonly lines: readonly string[];
}

/**
 * A proposed configuration as its user gets it: YAML with comments at their places, of what did not come over, too, and a list of
 * that at the end. Read again it says what the draft says.
 */
export function configurationText(draft: Draft, heading: Heading): string {
  // Texts that readers of YAML 1.1 would take for something else, such as `yes`, stand in quotes.
  const document = new Document(draft.config, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  const { contents } = document;
  if (isMap(contents)) {
    const notes = new Map<Node, string[]>();
    for (const { path, text } of notesOf(draft)) {
      const node = nodeAt(contents as YAMLMap, path);
      if (node) notes.set(node, [...(notes.get(node) ?? []), text]);
    }
    for (const [node, texts] of notes) node.commentBefore = asComment(texts);
    layOut(contents as YAMLMap, notes);
  }
  document.commentBefore = asComment(headLines(draft, heading));
  if (draft.leftovers.length > 0) document.comment = asComment(endLines(draft.leftovers));
  return document.toString({ lineWidth: 0 });
}

/** `compose.yaml:12 services.web.networks: why`, `Microsoft.App/jobs nightly: why` */
export function leftoverLine({ file, line, key, text }: Leftover): string {
  return `${line === undefined ? file : `${file}:${line}`} ${key}: ${text}`;
}

function notesOf({ comments, leftovers }: Draft): readonly { readonly path: Path; readonly text: string }[] {
  const placed = leftovers.flatMap(({ path, key, text }) => (path ? [{ path, text: `${key}: ${text}` }] : []));
  return [...comments, ...placed];
}

function headLines({ leftovers }: Draft, { schema, lines }: Heading): readonly string[] {
  const unplaced = leftovers.filter(({ path }) => path === undefined);
  return [
    ...(schema === undefined ? [] : [`yaml-language-server: $schema=${schema}`]),
    ...lines,
    ...unplaced.map(({ key, text }) => `${key}: ${text}`),
  ];
}

function endLines(leftovers: readonly Leftover[]): readonly string[] {
  const title = leftovers.length === 1 ? 'One thing' : `${leftovers.length} things`;
  return [`${title} did not come over, or came over changed:`, ...leftovers.map((one) => `- ${leftoverLine(one)}`)];
}

/** What a comment is written above: the key of a member, or an item; where the path leads nowhere, the nearest thing above that. */
function nodeAt(contents: YAMLMap, path: Path): Node | undefined {
  let found: Node | undefined;
  let current: unknown = contents;
  for (const key of path) {
    if (isMap(current)) {
      const pair: Pair | undefined = pairOf(current, key);
      if (!pair || !isScalar(pair.key)) return found;
      found = pair.key;
      current = pair.value;
    } else if (isSeq(current)) {
      const item: unknown = typeof key === 'number' ? current.items[key] : undefined;
      if (!isScalar(item) && !isMap(item) && !isSeq(item)) return found;
      found = item;
      current = item;
    } else return found;
  }
  return found;
}

function pairOf(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

/** Sections stand apart from each other, and short lists without comments on one line. */
function layOut(contents: YAMLMap, notes: ReadonlyMap<Node, unknown>): void {
  for (const { key, value } of contents.items.slice(1)) {
    if (isScalar(key) && (isMap(value) || isSeq(value))) key.spaceBefore = true;
  }
  flowShortLists(contents, notes);
}

const SHORT = 80;

function flowShortLists(node: unknown, notes: ReadonlyMap<Node, unknown>): void {
  if (isMap(node)) {
    for (const { value } of node.items) flowShortLists(value, notes);
  } else if (isSeq(node)) {
    const texts = node.items.map((item) => (isScalar(item) && !notes.has(item) ? String(item.value) : undefined));
    const isShort =
      texts.every((text) => text !== undefined && !text.includes('\n')) && texts.join(', ').length < SHORT;
    if (isShort) node.flow = true;
    else for (const item of node.items) flowShortLists(item, notes);
  }
}

/** Texts come from files of others: nothing of them ends the comment, or is obeyed by a terminal. */
function asComment(texts: readonly string[]): string {
  return texts
    .flatMap((text) => shownText(text).split('\n'))
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');
}
