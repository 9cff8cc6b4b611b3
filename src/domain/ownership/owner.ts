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

/** Plain path in a body → the key of the configuration that decides it, or several that do together; all dotted. */
export type FieldSettings = Readonly<Record<string, string | readonly string[]>>;

/** Plain path of a field without which the deployment is not safe → the danger where it is otherwise, for people. */
export type Dangers = Readonly<Record<string, string>>;

export interface OwnershipRules {
  readonly settings: FieldSettings;
  /** The closed list. */
  readonly invariants: Dangers;
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
  if (isWithin(plain, Object.keys(rules.invariants))) return 'invariant';
  const keys = settingOf(rules, plain);
  if (keys !== undefined) return keys.some((key) => rules.isWritten(key)) ? 'setting' : 'default';
  return isWithin(plain, rules.defaults) ? 'default' : 'computed';
}

/** The danger of a field that is not as the closed list wants it; undefined for a field that is not in it. */
export function dangerOf(invariants: Dangers, path: FieldPath): string | undefined {
  const plain = plainPath(path);
  return Object.entries(invariants).find(([invariant]) => isWithin(plain, [invariant]))?.[1];
}

/** The keys of the configuration that decide about a field: those of the longest path that leads to it. */
function settingOf({ settings }: Pick<OwnershipRules, 'settings'>, plain: string): readonly string[] | undefined {
  const found = Object.keys(settings)
    .filter((path) => isWithin(plain, [path]))
    .sort((a, b) => b.length - a.length)[0];
  return found === undefined ? undefined : [settings[found] ?? []].flat();
}
