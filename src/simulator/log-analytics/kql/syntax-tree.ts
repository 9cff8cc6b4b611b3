/** Types of columns and values; moments and spans are milliseconds here. */
export type ScalarType = 'string' | 'datetime' | 'timespan' | 'real' | 'long' | 'int' | 'bool';

export type Scalar = string | number | boolean | null;

export type Expression =
  | { readonly kind: 'literal'; readonly type: ScalarType; readonly value: Scalar }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `in`, `!in`, `in~`, `has_any` and the like. */
  | {
      readonly kind: 'among';
      readonly operator: string;
      readonly left: Expression;
      readonly values: readonly Expression[];
    };

/** A column of a result: its own name, or that of what it is made of. */
export interface Named {
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface SortKey {
  readonly value: Expression;
  /** Without a word the greatest comes first: https://learn.microsoft.com/kusto/query/sort-operator */
  readonly isAscending: boolean;
}

export type Operator =
  | { readonly kind: 'where'; readonly test: Expression }
  | { readonly kind: 'project' | 'extend'; readonly columns: readonly Named[] }
  | { readonly kind: 'distinct'; readonly columns: readonly Named[] }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'take'; readonly count: number }
  | { readonly kind: 'top'; readonly count: number; readonly keys: readonly SortKey[] }
  | { readonly kind: 'count' }
  | { readonly kind: 'summarize'; readonly aggregates: readonly Named[]; readonly by: readonly Named[] };

export interface Query {
  readonly table: string;
  /** With the word that was written: `order`, `filter`, `limit` are others for the same. */
  readonly operators: readonly (Operator & { readonly word: string })[];
}
