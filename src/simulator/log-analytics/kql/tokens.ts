import { notParsed, type Place } from './query-error.ts';

export interface Token extends Place {
  readonly kind: 'name' | 'operator' | 'number' | 'timespan' | 'datetime' | 'string' | 'symbol' | 'end';
  /** As it is written; of a string what it means. */
  readonly text: string;
}

/** Milliseconds of the units of a timespan: https://learn.microsoft.com/kusto/query/scalar-data-types/timespan */
export const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

const PATTERNS: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /(?:\s+|\/\/[^\n]*)+/y],
  // A literal, whose text is no expression.
  ['datetime', /datetime\s*\([^)\n]*\)/y],
  ['timespan', /\d+(?:\.\d+)?(?:ms|d|h|m|s)(?!\w)/y],
  ['number', /\d+(?:\.\d+)?(?!\w)/y],
  ['operator', /!(?:contains(?:_cs)?|has(?:_cs)?|startswith|endswith|in~?)(?!\w)|in~/y],
  ['name', /[A-Za-z_]\w*/y],
  ['string', /@'(?:[^']|'')*'|@"(?:[^"]|"")*"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y],
  ['symbol', /==|!=|=~|!~|<=|>=|[|(),<>=+\-;]/y],
];

/** @throws QueryError at the first character that begins nothing */
export function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const found = nextAt(query, at);
    if (!found) throw notParsed(query.charAt(at), placeOf(query, at));
    const [kind, written] = found;
    if (kind !== 'space')
      tokens.push({ kind, text: kind === 'string' ? meaning(written) : written, ...placeOf(query, at) });
    at += written.length;
  }
  return [...tokens, { kind: 'end', text: '', ...placeOf(query, query.length) }];
}

function nextAt(query: string, at: number): readonly [Token['kind'] | 'space', string] | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const [written] = pattern.exec(query) ?? [];
    if (written !== undefined) return [kind, written];
  }
  return undefined;
}

function placeOf(query: string, at: number): Place {
  const before = query.slice(0, at);
  return { line: before.split('\n').length, pos: at - (before.lastIndexOf('\n') + 1) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '0': '\0' };

/** https://learn.microsoft.com/kusto/query/scalar-data-types/string#string-literals */
function meaning(written: string): string {
  if (written.startsWith('@')) {
    const quote = written.charAt(1);
    return written.slice(2, -1).replaceAll(quote + quote, quote);
  }
  return written
    .slice(1, -1)
    .replace(/\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))/g, (_, wide?: string, narrow?: string, one?: string) =>
      one === undefined ? String.fromCharCode(Number.parseInt(wide ?? narrow ?? '', 16)) : (ESCAPES[one] ?? one),
    );
}
