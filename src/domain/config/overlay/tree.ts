import type { z } from 'zod';
import { isJsonObject } from '../../../shared/json.ts';
import type { ConfigDocument } from '../document/document.ts';
import { RESET } from '../document/reset.ts';
import { hasForms, isNamedList, memberSchema } from '../schema/schema-members.ts';

/** What one file, or a part of it, says of the configuration. */
export interface Layer {
  readonly document: ConfigDocument;
  /** Where it begins in its document. */
  readonly root: readonly string[];
  readonly value: unknown;
  /** The same, with every scalar as it stands in the file. */
  readonly texts: unknown;
}

/** A place of a layer, from its beginning on. */
export interface Place {
  readonly layer: Layer;
  readonly path: readonly string[];
}

interface Written extends Place {
  readonly value: unknown;
  readonly texts: unknown;
}

interface Merged {
  readonly below: Place;
  readonly above: Place;
  readonly isList: boolean;
  readonly members: ReadonlyMap<string, Tree>;
  /** Where what was taken away was taken away. */
  readonly removed: ReadonlyMap<string, Place>;
}

/** Two layers, one over the other, with the place of every value. */
export type Tree = Written | Merged;

export function written(layer: Layer): Written {
  return { layer, path: [], value: layer.value, texts: layer.texts };
}

/**
 * One layer over another: keys of both are merged, members of lists that have names by those, and `!reset` takes a key away.
 * Everything else replaces what is below: values, other lists, and what is written in one of several forms.
 */
export function merged(below: Written, above: Written, schema: z.ZodType | undefined): Tree {
  if (isJsonObject(below.value) && isJsonObject(above.value) && !hasForms(schema))
    return mergedKeys(below, above, schema);
  const [old, added] = [namesIn(below.value), namesIn(above.value)];
  return isNamedList(schema) && old && added ? mergedLists(below, above, schema, { old, added }) : above;
}

function mergedKeys(below: Written, above: Written, schema: z.ZodType | undefined): Merged {
  const members = new Map<string, Tree>(keysOf(below).map((key) => [key, member(below, key)]));
  const removed = new Map<string, Place>();
  for (const key of keysOf(above)) {
    const [one, other] = [member(above, key), members.has(key) ? member(below, key) : undefined];
    if (one.value === RESET) {
      members.delete(key);
      removed.set(key, one);
    } else members.set(key, other ? merged(other, one, memberSchema(schema, key)) : one);
  }
  return { below, above, isList: false, members, removed };
}

function mergedLists(
  below: Written,
  above: Written,
  schema: z.ZodType | undefined,
  { old, added }: { readonly old: readonly string[]; readonly added: readonly string[] },
): Merged {
  const members: Tree[] = old.map((_, index) => member(below, String(index)));
  for (const [index, name] of added.entries()) {
    const one = member(above, String(index));
    const at = old.indexOf(name);
    if (at < 0) members.push(one);
    else members[at] = merged(member(below, String(at)), one, memberSchema(schema, String(at)));
  }
  const entries = members.map((tree, index) => [String(index), tree] as const);
  return { below, above, isList: true, members: new Map(entries), removed: new Map() };
}

/** The names of the members of a list; undefined: it is none, or one has none. */
export function namesIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.flatMap((one: unknown) => {
    const name = isJsonObject(one) ? (one as { name?: unknown }).name : undefined;
    return typeof name === 'string' ? [name] : [];
  });
  return names.length === value.length ? names : undefined;
}

function keysOf({ value }: Written): readonly string[] {
  return Object.keys(value as object);
}

function member({ layer, path, value, texts }: Written, key: string): Written {
  return { layer, path: [...path, key], value: memberOf(value, key), texts: memberOf(texts, key) };
}

function memberOf(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** The plain data of both layers together. */
export function dataIn(tree: Tree, what: 'value' | 'texts'): unknown {
  if (!('members' in tree)) return withoutResets(tree[what]);
  const members = [...tree.members].map(([key, one]) => [key, dataIn(one, what)] as const);
  return tree.isList ? members.map(([, value]) => value) : Object.fromEntries(members);
}

/** To take away what is not there changes nothing. */
function withoutResets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutResets);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== RESET);
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutResets(one)]));
}

/** Where a value was written; what is not there has the place where it was taken away, or else would stand in the lower layer. */
export function placeIn(tree: Tree, path: readonly string[]): Place {
  if (!('members' in tree)) return { layer: tree.layer, path: [...tree.path, ...path] };
  const [key, ...rest] = path;
  if (key === undefined) return tree.above;
  const next = tree.members.get(key);
  if (next) return placeIn(next, rest);
  return tree.removed.get(key) ?? { layer: tree.below.layer, path: [...tree.below.path, ...path] };
}
