import { suggestion } from '../../shared/suggestion.ts';
import type { Problems } from './problems.ts';
import type { Shape } from './shapes/shape.ts';
import type { Tree } from './tree.ts';

/** Keys of others' own: https://github.com/compose-spec/compose-spec/blob/main/11-extension.md */
export const EXTENSION = /^x-/;

/** Tells of every key that the specification does not know, and of everything that stands where it cannot. */
export function checkShape(tree: Tree, shape: Shape, problems: Problems, path: readonly string[] = []): void {
  // What only takes away may be anything.
  if (tree.tag === 'reset') return;
  const at = path.join('.');
  if (tree.kind === 'text') {
    if (tree.text !== null && !shape.isText) problems.add(tree.place, at, `expected ${allowed(shape)}, found text`);
    return;
  }
  if (tree.kind === 'list') {
    const { items } = shape;
    if (!items) {
      problems.add(tree.place, at, `expected ${allowed(shape)}, found a list`);
      return;
    }
    for (const [index, item] of tree.items.entries()) checkShape(item, items, problems, [...path, String(index)]);
    return;
  }
  const { keys, each } = shape;
  if (!keys && !each) {
    problems.add(tree.place, at, `expected ${allowed(shape)}, found keys and values`);
    return;
  }
  for (const [key, member] of tree.members) {
    if (EXTENSION.test(key) && keys) continue;
    const inside = each ?? (keys && Object.hasOwn(keys, key) ? keys[key] : undefined);
    if (inside) checkShape(member, inside, problems, [...path, key]);
    else problems.add(member.place, [...path, key].join('.'), unknownKey(key, Object.keys(keys ?? {})));
  }
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = suggestion(key, known);
  return `unknown key${meant ? `; did you mean ${meant}?` : '; keys of your own begin with x-'}`;
}

function allowed({ isText, items, keys, each }: Shape): string {
  const kinds = [isText && 'text', items && 'a list', (keys ?? each) && 'keys and values'].filter(Boolean);
  return kinds.join(' or ');
}
