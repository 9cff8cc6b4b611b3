import { bind, type Column, orderOf, type Surroundings } from './bind.ts';
import type { Moment } from './functions.ts';
import { unknownTable } from './query-error.ts';
import { summarize } from './summarize.ts';
import type { Named, Query, Scalar, SortKey } from './syntax-tree.ts';

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Scalar[])[];
}

/**
 * What a query finds.
 *
 * @param tableOf the table of a name; undefined where there is none
 * @throws QueryError
 */
export function runQuery(query: Query, tableOf: (name: string) => Table | undefined, moment: Moment): Table {
  const table = tableOf(query.table);
  if (!table) throw unknownTable(query.table, query.operators[0]?.word);
  return query.operators.reduce((found, operator) => carryOut(found, operator, moment), table);
}

function carryOut(table: Table, operator: Query['operators'][number], moment: Moment): Table {
  const { columns, rows } = table;
  const around: Surroundings = { ...moment, columns, word: operator.word };
  switch (operator.kind) {
    case 'where': {
      const test = bind(operator.test, around);
      return { columns, rows: rows.filter((row) => test.valueOf(row) === true) };
    }
    case 'project':
      return projected(table, operator.columns, around);
    case 'distinct': {
      const { columns: own, rows: all } = projected(table, operator.columns, around);
      return { columns: own, rows: [...new Map(all.map((row) => [JSON.stringify(row), row])).values()] };
    }
    case 'extend':
      return extended(table, operator.columns, around);
    case 'sort':
      return { columns, rows: sorted(rows, operator.keys, around) };
    case 'take':
      return { columns, rows: rows.slice(0, operator.count) };
    case 'top':
      return { columns, rows: sorted(rows, operator.keys, around).slice(0, operator.count) };
    case 'count':
      return { columns: [{ name: 'Count', type: 'long' }], rows: [[rows.length]] };
    case 'summarize':
      return summarize(rows, operator.aggregates, operator.by, around);
  }
}

function projected({ rows }: Table, columns: readonly Named[], around: Surroundings): Table {
  const all = columns.map(({ name, value }, index) => ({
    name: name ?? (value.kind === 'column' ? value.name : `Column${index + 1}`),
    bound: bind(value, around),
  }));
  return {
    columns: all.map(({ name, bound: { type } }) => ({ name, type })),
    rows: rows.map((row) => all.map(({ bound }) => bound.valueOf(row))),
  };
}

/** A column of a name that is there takes its place. */
function extended(table: Table, columns: readonly Named[], around: Surroundings): Table {
  const added = projected(table, columns, around);
  const kept = table.columns.flatMap(({ name }, index) =>
    added.columns.some((one) => one.name === name) ? [] : [index],
  );
  return {
    columns: [...kept.flatMap((index) => table.columns[index] ?? []), ...added.columns],
    rows: table.rows.map((row, at) => [...kept.map((index) => row[index] ?? null), ...(added.rows[at] ?? [])]),
  };
}

function sorted(rows: Table['rows'], keys: readonly SortKey[], around: Surroundings): Table['rows'] {
  const bound = keys.map(({ value, isAscending }) => ({ key: bind(value, around), isAscending }));
  return rows.toSorted((one, other) => {
    for (const { key, isAscending } of bound) {
      const order = orderOf(key.valueOf(one), key.valueOf(other));
      if (order !== 0) return isAscending ? order : -order;
    }
    return 0;
  });
}
