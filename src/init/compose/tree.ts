import type { Scope } from './scope.ts';

/** The file that a value comes from, and what holds for all that stands in it. */
export interface Origin {
  /** For people: relative to the folder of the configuration. */
  readonly file: string;
  /** Absolute: where its relative paths begin. */
  readonly folder: string;
  readonly scope: Scope;
}

/** 1-based. */
export interface Place {
  readonly origin: Origin;
  readonly line: number;
  readonly column: number;
}

interface Placed {
  /** Of its key, where it has one. */
  readonly place: Place;
  /** https://docs.docker.com/reference/compose-file/merge/#reset-value and #replace-value */
  readonly tag?: 'reset' | 'override';
}

/** A scalar as it stands in the file, before variables are filled in; null for what YAML takes for nothing. */
export interface TextTree extends Placed {
  readonly kind: 'text';
  readonly text: string | null;
}

export interface ListTree extends Placed {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface MapTree extends Placed {
  readonly kind: 'map';
  readonly members: ReadonlyMap<string, Tree>;
}

/** What a Compose file says, each part with its place. */
export type Tree = TextTree | ListTree | MapTree;

export function textTree(text: string | null, place: Place): TextTree {
  return { kind: 'text', text, place };
}

export function mapTree(members: Iterable<readonly [string, Tree]>, place: Place): MapTree {
  return { kind: 'map', members: new Map(members), place };
}

export function listTree(items: readonly Tree[], place: Place): ListTree {
  return { kind: 'list', items, place };
}

/** A member of a map; undefined for everything else. */
export function memberOf(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.members.get(key) : undefined;
}

/** The members of a map, in the order of the file; of everything else none. */
export function membersOf(tree: Tree | undefined): readonly (readonly [string, Tree])[] {
  return tree?.kind === 'map' ? [...tree.members] : [];
}

/** The members of a list; a text counts as a list of it, and nothing as an empty one. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree?.kind === 'list') return tree.items;
  return tree?.kind === 'text' && tree.text !== null ? [tree] : [];
}

/** As it stands in the file; undefined for what is no text, and for nothing. */
export function rawTextOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'text' ? (tree.text ?? undefined) : undefined;
}
