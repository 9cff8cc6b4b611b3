import { COLLECTIONS } from './functions/collections.ts';
import { DATES } from './functions/dates.ts';
import { IDENTIFIERS } from './functions/identifiers.ts';
import { LAMBDAS } from './functions/lambdas.ts';
import { LAZY_LOGIC, LOGIC } from './functions/logic.ts';
import { RESOURCES } from './functions/resources.ts';
import { SURROUNDINGS } from './functions/surroundings.ts';
import { TEXTS } from './functions/texts.ts';
import type { Call, Functions, LazyCall } from './scope.ts';

/**
 * Every function of expressions that the simulator knows; each group stands in its own file with its source. All other ones are
 * refused by their names. Names count in any case. Nobody outside Azure knows how `uniqueString` and `guid` are computed: here
 * they are as long, as stable and as different as there, and other values.
 */
const GROUPS: readonly Functions[] = [LOGIC, TEXTS, COLLECTIONS, DATES, IDENTIFIERS, RESOURCES, SURROUNDINGS];

export const EAGER: ReadonlyMap<string, Call> = new Map(GROUPS.flatMap((group) => byLowerCase(group)));
export const LAZY: ReadonlyMap<string, LazyCall> = new Map([...byLowerCase(LAZY_LOGIC), ...byLowerCase(LAMBDAS)]);

function byLowerCase<T>(functions: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(functions).map(([name, call]) => [name.toLowerCase(), call]);
}
