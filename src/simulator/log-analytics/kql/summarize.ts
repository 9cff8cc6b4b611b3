import { bind, type Column, orderOf, type Surroundings } from './bind.ts';
import type { Bound } from './functions.ts';
import { unknownFunction } from './query-error.ts';
import type { Expression, Named, Scalar, ScalarType } from './syntax-tree.ts';

interface Aggregate {
  readonly name: string;
  readonly type: ScalarType;
  of(rows: readonly (readonly Scalar[])[]): Scalar;
}

/** Rows by the values of `by`, with what is told of each group: `count()`, `min`, `max`. */
export function summarize(
  rows: readonly (readonly Scalar[])[],
  aggregates: readonly Named[],
  by: readonly Named[],
  around: Surroundings,
): { readonly columns: readonly Column[]; readonly rows: readonly (readonly Scalar[])[] } {
  const keys = by.map((one, index) => ({ name: nameOf(one, index), bound: bind(one.value, around) }));
  const told = aggregates.map((one) => aggregate(one, around));
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keys.map(({ bound }) => bound.valueOf(row))));
  // Without groups there is one, of nothing.
  if (by.length === 0 && groups.size === 0) groups.set('[]', []);
  return {
    columns: [
      ...keys.map(({ name, bound: { type } }) => ({ name, type })),
      ...told.map(({ name, type }) => ({ name, type })),
    ],
    rows: [...groups.values()].map((own) => [
      ...keys.map(({ bound }) => (own[0] ? bound.valueOf(own[0]) : null)),
      ...told.map((one) => one.of(own)),
    ]),
  };
}

function nameOf({ name, value }: Named, index: number): string {
  return name ?? (value.kind === 'column' ? value.name : `Column${index + 1}`);
}

function aggregate({ name, value }: Named, around: Surroundings): Aggregate {
  const call: Extract<Expression, { kind: 'call' }> | undefined = value.kind === 'call' ? value : undefined;
  const [parameter] = call?.parameters ?? [];
  if (call?.name === 'count' && parameter === undefined)
    return { name: name ?? 'count_', type: 'long', of: (rows) => rows.length };
  if ((call?.name === 'min' || call?.name === 'max') && parameter !== undefined) {
    const bound = bind(parameter, around);
    const suffix = parameter.kind === 'column' ? parameter.name : '';
    return { name: name ?? `${call.name}_${suffix}`, type: bound.type, of: extreme(call.name, bound) };
  }
  throw unknownFunction(call?.name ?? '');
}

function extreme(which: 'min' | 'max', bound: Bound): Aggregate['of'] {
  const sign = which === 'min' ? 1 : -1;
  return (rows) =>
    rows
      .map((row) => bound.valueOf(row))
      .filter((value) => value !== null)
      .toSorted((one, other) => sign * orderOf(one, other))[0] ?? null;
}
