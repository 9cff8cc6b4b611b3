import { notParsed } from './query-error.ts';
import type { Expression, Named } from './syntax-tree.ts';
import { type Token, UNITS } from './tokens.ts';

const COMPARISONS = ['==', '!=', '=~', '!~', '<', '<=', '>', '>='];
const OF_TEXTS = ['has', 'has_cs', 'contains', 'contains_cs', 'startswith', 'startswith_cs', 'endswith', 'endswith_cs'];
const OF_LISTS = ['in', 'in~', '!in', '!in~', 'has_any', 'has_all'];

/** Reads tokens from left to right. */
export interface Reader {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the next token where it is this one. */
  take(text: string): boolean;
  /** @throws QueryError where the next token is another one */
  expect(text: string): void;
}

export function readerOf(tokens: readonly Token[]): Reader {
  let at = 0;
  const last = tokens.length - 1;
  const peek = (ahead = 0): Token => tokens[Math.min(at + ahead, last)] as Token;
  const reader: Reader = {
    peek,
    next() {
      const token = peek();
      at += 1;
      return token;
    },
    take(text) {
      const { kind, text: found } = peek();
      if (kind === 'string' || found !== text || kind === 'end') return false;
      at += 1;
      return true;
    },
    expect(text) {
      if (!reader.take(text)) throw unexpected(peek());
    },
  };
  return reader;
}

export function unexpected(token: Token): Error {
  return notParsed(token.text, token);
}

export function parseExpression(reader: Reader): Expression {
  return chain(reader, ['or'], () => chain(reader, ['and'], () => parseComparison(reader)));
}

/** `a, b = c, …` */
export function parseNamed(reader: Reader): Named[] {
  return parseList(reader, () => {
    const isNamed = reader.peek().kind === 'name' && reader.peek(1).text === '=' && reader.peek(1).kind === 'symbol';
    const name = isNamed ? reader.next().text : undefined;
    if (isNamed) reader.expect('=');
    return { name, value: parseExpression(reader) };
  });
}

export function parseList<T>(reader: Reader, parseOne: () => T): T[] {
  const found = [parseOne()];
  while (reader.take(',')) found.push(parseOne());
  return found;
}

function chain(reader: Reader, operators: readonly string[], parseOne: () => Expression): Expression {
  let left = parseOne();
  for (;;) {
    const operator = operators.find((one) => reader.take(one));
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: parseOne() };
  }
}

function parseComparison(reader: Reader): Expression {
  const left = parseSum(reader);
  const { kind, text } = reader.peek();
  if (kind === 'string') return left;
  if (OF_LISTS.includes(text)) {
    reader.next();
    reader.expect('(');
    const values = parseList(reader, () => parseSum(reader));
    reader.expect(')');
    return { kind: 'among', operator: text, left, values };
  }
  const isComparison = COMPARISONS.includes(text) || OF_TEXTS.includes(text.replace(/^!/, ''));
  if (!isComparison) return left;
  reader.next();
  return { kind: 'binary', operator: text, left, right: parseSum(reader) };
}

function parseSum(reader: Reader): Expression {
  return chain(reader, ['+', '-'], () => parsePrimary(reader));
}

function parsePrimary(reader: Reader): Expression {
  const token = reader.next();
  const { kind, text } = token;
  switch (kind) {
    case 'string':
      return { kind: 'literal', type: 'string', value: text };
    case 'number':
      return { kind: 'literal', type: text.includes('.') ? 'real' : 'long', value: Number(text) };
    case 'timespan':
      return { kind: 'literal', type: 'timespan', value: spanOf(text) };
    case 'datetime':
      return { kind: 'literal', type: 'datetime', value: momentOf(token) };
    case 'name':
      return parseName(reader, token);
    default:
      if (text !== '(') throw unexpected(token);
  }
  const inner = parseExpression(reader);
  reader.expect(')');
  return inner;
}

function parseName(reader: Reader, token: Token): Expression {
  const { text } = token;
  if (text === 'true' || text === 'false') return { kind: 'literal', type: 'bool', value: text === 'true' };
  if (isReserved(text)) throw unexpected(token);
  if (!reader.take('(')) return { kind: 'column', name: text };
  const parameters = reader.peek().text === ')' ? [] : parseList(reader, () => parseExpression(reader));
  reader.expect(')');
  return { kind: 'call', name: text, parameters };
}

function isReserved(text: string): boolean {
  return ['and', 'or', 'by', 'asc', 'desc'].includes(text) || OF_TEXTS.includes(text) || OF_LISTS.includes(text);
}

function spanOf(text: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+)(.+)$/.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? 0);
}

/** https://learn.microsoft.com/kusto/query/scalar-data-types/datetime; without a zone it is UTC. */
function momentOf(token: Token): number {
  const [, inner = ''] = /\(\s*(.*?)\s*\)$/.exec(token.text) ?? [];
  const text = inner.replace(/^(['"])(.*)\1$/, '$2').replace(' ', 'T');
  const [date = ''] = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  const moment = Date.parse(date.includes('T') && !/(?:Z|[+-]\d\d:\d\d)$/.test(date) ? `${date}Z` : date);
  if (Number.isNaN(moment)) throw unexpected(token);
  return moment;
}
