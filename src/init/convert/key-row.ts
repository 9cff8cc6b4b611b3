import { EXTENSION } from '../compose/check-shape.ts';
import type { MapTree, Tree } from '../compose/tree.ts';
import type { Report } from './report.ts';

/**
 * What becomes of one key of a Compose file. Tables of these drive the conversion, and docs/compose.md is made from them.
 */
export interface KeyRow<Facts> {
  /** For the documentation: what becomes of it. */
  readonly becomes: string;
  /** What is remembered of it for the service. */
  readonly take?: (tree: Tree, facts: Facts, at: KeyPlace) => void;
  /** Told where it stands: why it does not come over. A function: of this value; undefined of what comes over, or would change nothing. */
  readonly left?: string | ((tree: Tree) => string | undefined);
}

export type KeyTable<Facts, Key extends string = string> = Readonly<Record<Key, KeyRow<Facts>>>;

export interface KeyPlace {
  /** Dotted, in the Compose file. */
  readonly path: string;
  readonly report: Report;
}

/** Hands every key to its row. The keys are known: nothing is passed over. */
export function takeKeys<Facts>(table: KeyTable<Facts>, tree: Tree, facts: Facts, { path, report }: KeyPlace): void {
  for (const [key, member] of keysOf(tree)) {
    // "Compose ignores any field that starts with x-": https://github.com/compose-spec/compose-spec/blob/main/11-extension.md
    if (EXTENSION.test(key)) continue;
    const row = Object.hasOwn(table, key) ? table[key] : undefined;
    const at = path === '' ? key : `${path}.${key}`;
    if (!row) throw new Error(`${at} has no row`);
    const why = typeof row.left === 'function' ? row.left(member) : row.left;
    if (why !== undefined) report.leftEverywhere(member.place, at, why);
    row.take?.(member, facts, { path: at, report });
  }
}

function keysOf(tree: Tree): MapTree['members'] {
  return tree.kind === 'map' ? tree.members : new Map();
}

/** Remembers a value that was read; what could not be read is told. */
export function remember<Value>(value: Value | undefined, tree: Tree, at: KeyPlace, set: (value: Value) => void): void {
  if (value !== undefined) {
    set(value);
    return;
  }
  const text = tree.kind === 'text' ? JSON.stringify(tree.text ?? '') : 'what stands here';
  at.report.left(tree.place, at.path, `${text} is not understood, and was passed over`);
}
