import { unknownFunction, wrongTypes } from './query-error.ts';
import type { Scalar, ScalarType } from './syntax-tree.ts';

/** An expression with its type, for the rows of one table. */
export interface Bound {
  readonly type: ScalarType;
  valueOf(row: readonly Scalar[]): Scalar;
}

/** What is the same for a whole query. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface KnownFunction {
  readonly takes: readonly ScalarType[] | 'anything';
  readonly gives: ScalarType;
  call(values: readonly Scalar[], moment: Moment): Scalar;
}

/** https://learn.microsoft.com/kusto/query/scalar-functions has some hundreds more. */
const FUNCTIONS: Readonly<Record<string, KnownFunction>> = {
  ago: { takes: ['timespan'], gives: 'datetime', call: ([span], { now }) => now - Number(span) },
  now: { takes: [], gives: 'datetime', call: (_, { now }) => now },
  todatetime: { takes: ['string'], gives: 'datetime', call: ([text]) => momentOrNull(Date.parse(String(text))) },
  tostring: { takes: 'anything', gives: 'string', call: ([value]) => String(value ?? '') },
  tolower: { takes: ['string'], gives: 'string', call: ([text]) => String(text).toLowerCase() },
  strlen: { takes: ['string'], gives: 'long', call: ([text]) => [...String(text)].length },
  isempty: { takes: 'anything', gives: 'bool', call: ([value]) => value === null || value === '' },
  isnotempty: { takes: 'anything', gives: 'bool', call: ([value]) => value !== null && value !== '' },
  not: { takes: ['bool'], gives: 'bool', call: ([value]) => (value === null ? null : value !== true) },
};

/** @throws QueryError for a function that is not known, or for what it does not take */
export function boundCall(name: string, parameters: readonly Bound[], moment: Moment): Bound {
  const known = FUNCTIONS[name];
  if (!known) throw unknownFunction(name);
  const { takes, gives, call } = known;
  const fits =
    takes === 'anything'
      ? parameters.length === 1
      : parameters.length === takes.length && parameters.every(({ type }, index) => type === takes[index]);
  if (!fits) throw wrongTypes(`${name}(): the parameters ${parameters.map(({ type }) => type).join(', ')} do not fit.`);
  return {
    type: gives,
    valueOf: (row) =>
      call(
        parameters.map((one) => one.valueOf(row)),
        moment,
      ),
  };
}

function momentOrNull(moment: number): Scalar {
  return Number.isNaN(moment) ? null : moment;
}
