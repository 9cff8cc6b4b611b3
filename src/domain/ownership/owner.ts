import { type FieldPath, isWithin, plainPath } from './field-path.ts';

/**
 * Who decides about a field once its resource exists.
 *
 * - `setting`: a key of the configuration; ours while the file has that key.
 * - `computed`: made of names, outputs and builds; always ours.
 * - `invariant`: of the closed list without which the deployment is not safe; ours, and a line of its own where it is not so.
 * - `default`: a choice of ours at creation, its owner's after.
 */
export type Owner = 'setting' | 'computed' | 'invariant' | 'default';

export interface OwnershipRules {
  /** Plain path in the body → key of the configuration, both dotted. */
  readonly settings: Readonly<Record<string, string>>;
  /** Plain paths of the closed list. */
  readonly invariants: readonly string[];
  /** Plain paths that are ours at creation only. */
  readonly defaults: readonly string[];
  /** Whether the file has a value for this key. */
  isWritten(key: string): boolean;
  /** Plain paths that `preserve` of the configuration leaves alone. */
  readonly preserved: readonly string[];
}

/** A setting that the file does not have is a default. */
export function ownerOf(rules: OwnershipRules, path: FieldPath): Owner {
  const plain = plainPath(path);
  if (isWithin(plain, rules.invariants)) return 'invariant';
  const key = settingOf(rules, plain);
  if (key !== undefined) return rules.isWritten(key) ? 'setting' : 'default';
  return isWithin(plain, rules.defaults) ? 'default' : 'computed';
}

/** The key of the configuration that decides about a field: the longest path that leads to it. */
function settingOf({ settings }: Pick<OwnershipRules, 'settings'>, plain: string): string | undefined {
  const found = Object.keys(settings)
    .filter((path) => isWithin(plain, [path]))
    .sort((a, b) => b.length - a.length)[0];
  return found === undefined ? undefined : settings[found];
}
