import { type Bound, boundCall, type Moment } from './functions.ts';
import { unknownColumn, wrongTypes } from './query-error.ts';
import type { Expression, Scalar, ScalarType } from './syntax-tree.ts';
import { hasTerm, textOperator } from './text-operators.ts';

export interface Column {
  readonly name: string;
  readonly type: ScalarType;
}

/** In what an expression stands. */
export interface Surroundings extends Moment {
  readonly columns: readonly Column[];
  /** The word of the operator, for what is refused. */
  readonly word: string;
}

/** @throws QueryError for names that are not known and types that do not fit */
export function bind(expression: Expression, around: Surroundings): Bound {
  switch (expression.kind) {
    case 'literal':
      return { type: expression.type, valueOf: () => expression.value };
    case 'column':
      return column(expression.name, around);
    case 'call':
      return expression.name === 'column_ifexists'
        ? columnIfExists(expression.parameters, around)
        : boundCall(
            expression.name,
            expression.parameters.map((one) => bind(one, around)),
            around,
          );
    case 'binary':
      return binary(expression.operator, bind(expression.left, around), bind(expression.right, around));
    case 'among':
      return among(
        expression.operator,
        bind(expression.left, around),
        expression.values.map((one) => bind(one, around)),
      );
  }
}

function column(name: string, { columns, word }: Surroundings): Bound {
  const index = columns.findIndex((one) => one.name === name);
  const type = columns[index]?.type;
  if (type === undefined) throw unknownColumn(name, word);
  return { type, valueOf: (row) => row[index] ?? null };
}

/** https://learn.microsoft.com/kusto/query/column-ifexists-function */
function columnIfExists([name, otherwise]: readonly Expression[], around: Surroundings): Bound {
  if (name?.kind !== 'literal' || typeof name.value !== 'string' || otherwise === undefined)
    throw wrongTypes('column_ifexists(): a name in quotes and a value in its place are needed.');
  const isThere = around.columns.some((one) => one.name === name.value);
  return isThere ? column(name.value, around) : bind(otherwise, around);
}

function binary(operator: string, left: Bound, right: Bound): Bound {
  if (operator === 'and' || operator === 'or') return junction(operator, left, right);
  if (operator === '+' || operator === '-') return sum(operator, left, right);
  const ofTexts = operator === '=~' || operator === '!~' ? sameLetters(operator) : textOperator(operator);
  if (ofTexts) {
    if (left.type !== 'string' || right.type !== 'string') throw cannotCompare(left.type, right.type);
    return { type: 'bool', valueOf: (row) => ofTexts(String(left.valueOf(row)), String(right.valueOf(row))) };
  }
  return comparison(operator, left, right);
}

function junction(operator: 'and' | 'or', left: Bound, right: Bound): Bound {
  if (left.type !== 'bool' || right.type !== 'bool') throw cannotCompare(left.type, right.type);
  return {
    type: 'bool',
    valueOf: (row) =>
      operator === 'and'
        ? left.valueOf(row) === true && right.valueOf(row) === true
        : left.valueOf(row) === true || right.valueOf(row) === true,
  };
}

const NUMBERS: readonly ScalarType[] = ['real', 'long', 'int'];

function isNumber(type: ScalarType): boolean {
  return NUMBERS.includes(type);
}

function sum(operator: '+' | '-', left: Bound, right: Bound): Bound {
  const type = typeOfSum(operator, left.type, right.type);
  if (type === undefined) throw cannotCompare(left.type, right.type);
  const sign = operator === '+' ? 1 : -1;
  return {
    type,
    valueOf: (row) => {
      const [one, other] = [left.valueOf(row), right.valueOf(row)];
      return one === null || other === null ? null : Number(one) + sign * Number(other);
    },
  };
}

function typeOfSum(operator: '+' | '-', left: ScalarType, right: ScalarType): ScalarType | undefined {
  if (left === 'datetime' && right === 'timespan') return 'datetime';
  if (left === 'datetime' && right === 'datetime') return operator === '-' ? 'timespan' : undefined;
  if (left === 'timespan' && right === 'timespan') return 'timespan';
  if (!isNumber(left) || !isNumber(right)) return undefined;
  return left === 'real' || right === 'real' ? 'real' : 'long';
}

function sameLetters(operator: '=~' | '!~'): (one: string, other: string) => boolean {
  return (one, other) => (one.toLowerCase() === other.toLowerCase()) === (operator === '=~');
}

const HOLDS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function comparison(operator: string, left: Bound, right: Bound): Bound {
  const holds = HOLDS[operator];
  const isOrder = operator !== '==' && operator !== '!=';
  const isAlike = left.type === right.type || (isNumber(left.type) && isNumber(right.type));
  // Texts have no order in the language: https://learn.microsoft.com/kusto/query/datatypes-string-operators
  if (!holds || !isAlike || (isOrder && left.type === 'string')) throw cannotCompare(left.type, right.type);
  return {
    type: 'bool',
    valueOf: (row) => {
      const [one, other] = [left.valueOf(row), right.valueOf(row)];
      if (one === null || other === null) return operator === '!=' ? one !== other : null;
      return holds(orderOf(one, other));
    },
  };
}

/** Below, at or above zero; values of one type. */
export function orderOf(one: Scalar, other: Scalar): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}

function among(operator: string, left: Bound, values: readonly Bound[]): Bound {
  const odd = values.find(({ type }) => type !== left.type);
  if (odd) throw cannotCompare(left.type, odd.type);
  const isNegated = operator.startsWith('!');
  const name = operator.replace(/^!/, '');
  if (name !== 'in' && left.type !== 'string') throw cannotCompare(left.type, 'string');
  const isOne = AMONG[name];
  if (!isOne) throw cannotCompare(left.type, 'string');
  return {
    type: 'bool',
    valueOf: (row) =>
      isOne(
        left.valueOf(row),
        values.map((one) => one.valueOf(row)),
      ) !== isNegated,
  };
}

const AMONG: Readonly<Record<string, (value: Scalar, values: readonly Scalar[]) => boolean>> = {
  in: (value, values) => values.includes(value),
  'in~': (value, values) => values.some((one) => lower(one) === lower(value)),
  has_any: (value, values) => values.some((one) => hasTerm(lower(value), lower(one))),
  has_all: (value, values) => values.every((one) => hasTerm(lower(value), lower(one))),
};

function lower(value: Scalar): string {
  return String(value ?? '').toLowerCase();
}

function cannotCompare(left: ScalarType, right: ScalarType): Error {
  return wrongTypes(`Cannot compare values of types ${left} and ${right}. Try adding explicit casts`);
}
