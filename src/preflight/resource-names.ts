import { nameOf } from '../domain/ids.ts';
import { type Findings, type PreflightTarget, problemsOnly } from './findings.ts';

/** Names that Azure would refuse: those that are made of what the user wrote, too. */
export function nameFindings({ desired }: Pick<PreflightTarget, 'desired'>): Findings {
  return problemsOnly(
    desired.flatMap(({ id, title, kind }) => {
      const name = nameOf(id);
      if (kind.name.pattern.test(name)) return [];
      const text = `${title} cannot be called ${name}; allowed: ${kind.name.allowed}.`;
      return [{ text, repair: 'Correct the name in the configuration.' }];
    }),
  );
}
