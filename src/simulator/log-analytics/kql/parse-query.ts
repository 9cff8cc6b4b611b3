import { parseExpression, parseList, parseNamed, type Reader, readerOf, unexpected } from './parse-expression.ts';
import type { Operator, Query, SortKey } from './syntax-tree.ts';
import { tokensOf } from './tokens.ts';

/**
 * A query of one table. Taken are `where`, `project`, `extend`, `distinct`, `order by`, `take`, `top`, `count` and `summarize`, each with its
 * other name; everything else, which the service may well know, is not parsed.
 *
 * @throws QueryError with the place
 */
export function parseQuery(text: string): Query {
  const reader = readerOf(tokensOf(text));
  const table = reader.next();
  if (table.kind !== 'name') throw unexpected(table);
  const operators: Query['operators'][number][] = [];
  while (reader.take('|')) operators.push(parseOperator(reader));
  reader.take(';');
  if (reader.peek().kind !== 'end') throw unexpected(reader.peek());
  return { table: table.text, operators };
}

const PARSERS: Readonly<Record<string, (reader: Reader) => Operator>> = {
  where: (reader) => ({ kind: 'where', test: parseExpression(reader) }),
  filter: (reader) => ({ kind: 'where', test: parseExpression(reader) }),
  project: (reader) => ({ kind: 'project', columns: parseNamed(reader) }),
  extend: (reader) => ({ kind: 'extend', columns: parseNamed(reader) }),
  distinct: (reader) => ({ kind: 'distinct', columns: parseNamed(reader) }),
  sort: (reader) => ({ kind: 'sort', keys: parseKeys(reader) }),
  order: (reader) => ({ kind: 'sort', keys: parseKeys(reader) }),
  take: (reader) => ({ kind: 'take', count: parseCount(reader) }),
  limit: (reader) => ({ kind: 'take', count: parseCount(reader) }),
  top: (reader) => ({ kind: 'top', count: parseCount(reader), keys: parseKeys(reader) }),
  count: () => ({ kind: 'count' }),
  summarize: (reader) => {
    const aggregates = reader.peek().text === 'by' ? [] : parseNamed(reader);
    return { kind: 'summarize', aggregates, by: reader.take('by') ? parseNamed(reader) : [] };
  },
};

function parseOperator(reader: Reader): Query['operators'][number] {
  const token = reader.next();
  const parse = token.kind === 'name' ? PARSERS[token.text] : undefined;
  if (!parse) throw unexpected(token);
  return { word: token.text, ...parse(reader) };
}

function parseCount(reader: Reader): number {
  const token = reader.next();
  if (token.kind !== 'number') throw unexpected(token);
  return Number(token.text);
}

function parseKeys(reader: Reader): SortKey[] {
  reader.expect('by');
  return parseList(reader, () => {
    const value = parseExpression(reader);
    const isAscending = reader.take('asc');
    if (!isAscending) reader.take('desc');
    if (reader.take('nulls') && !reader.take('first')) reader.expect('last');
    return { value, isAscending };
  });
}
