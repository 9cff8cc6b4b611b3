import { nameOf } from '../domain/ids.ts';
import type { KnownResource } from '../resources/kind.ts';

/** Names that Azure would refuse, one sentence each: those that are made of what the user wrote, too. */
export function nameProblems(desired: readonly KnownResource[]): readonly string[] {
  return desired.flatMap(({ id, title, kind }) => {
    const name = nameOf(id);
    return kind.name.pattern.test(name) ? [] : [`${title} cannot be called ${name}; allowed: ${kind.name.allowed}.`];
  });
}
