import { type Json, scalarText } from '../../shared/json.ts';

/** The names in a text such as `pg_trgm,vector`. */
export function namesIn(text: Json | undefined): readonly string[] {
  return scalarText(text)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whether a list has all of these names, in any case. */
export function hasAllOf(list: Json | undefined, names: readonly string[]): boolean {
  return names.every((name) => has(namesIn(list), name));
}

export interface ListsOfNames {
  readonly ours: Json;
  /** What was ours. */
  readonly applied: Json | undefined;
  readonly live: Json | undefined;
  /** Nothing is taken out of it. */
  readonly isOpen: boolean;
  /** Names of ours that somebody took out are put back. */
  readonly isRepaired: boolean;
}

/**
 * What becomes of a list to which others add, too.
 *
 * @returns `changed`: what it is to be; `lacking`: nothing is written, and what it would be with what somebody took out
 */
export function decideList({ ours, applied, live, isOpen, isRepaired }: ListsOfNames): {
  readonly changed?: string;
  readonly lacking?: string;
} {
  const [wanted, before, now] = [namesIn(ours), namesIn(applied), namesIn(live)];
  const missing = wanted.filter((name) => !has(now, name));
  const added = isRepaired ? missing : missing.filter((name) => !has(before, name));
  const gone = isOpen ? [] : now.filter((name) => has(before, name) && !has(wanted, name));
  const left = now.filter((name) => !gone.includes(name));
  if (added.length > 0 || gone.length > 0) return { changed: [...left, ...added].join(',') };
  return missing.length > 0 ? { lacking: [...left, ...missing].join(',') } : {};
}

function has(names: readonly string[], name: string): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
