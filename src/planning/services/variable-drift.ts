import type { DriftedVariable } from '../../domain/api/service-views.ts';
import type { Drift } from '../../domain/drift.ts';
import { isSecretsMark } from '../../resources/app/revision.ts';

/** A variable of a container, or a part of one, as drift names it. */
const VARIABLE = /\.(?:containers|initContainers)\[([^\]]+)\]\.env\[([^\]]+)\](.*)$/;

/** What `driftOf` says of a value that is not there. */
const ABSENT = '(none)';

/** The drift of one app: its variables by their names, once each and without values, and how much else there is. */
export function variableDrift(drift: readonly Drift[]): {
  readonly variables: readonly DriftedVariable[];
  readonly others: number;
} {
  const variables = new Map<string, DriftedVariable>();
  let others = 0;
  for (const { path, expected, found } of drift) {
    const [, container, name, part] = VARIABLE.exec(path) ?? [];
    if (container === undefined || name === undefined) others += 1;
    else if (!isSecretsMark(path)) {
      const isWhole = part === '';
      const change = isWhole && expected === ABSENT ? 'added' : isWhole && found === ABSENT ? 'removed' : 'changed';
      variables.set(`${container}/${name}`, { container, name, change });
    }
  }
  return { variables: [...variables.values()], others };
}
