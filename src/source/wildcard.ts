/** A malformed pattern: an open `[`, or a `\` at its end. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

type Token =
  | { readonly kind: 'one'; readonly text?: string; readonly accepts: (character: string) => boolean }
  /** `*`: any characters of one name. */
  | { readonly kind: 'star' }
  /** `**` at the end: anything. */
  | { readonly kind: 'rest' }
  // Where a double star with its slash may be left out; the next token is its inside.
  | { readonly kind: 'folders' }
  // Within it: anything, left behind a slash.
  | { readonly kind: 'inside' };

/** A compiled pattern that matches in time proportional to the length of a path, since patterns come from outside. */
export interface PathExpression {
  test(path: string): boolean;
}

/**
 * A pattern by the rules of Go's filepath.Match; with `deep`, `**` spans folders as in `.dockerignore`. No regular expression:
 * those take exponential time for some patterns, and read sets in another way.
 * @throws BadPattern
 */
export function compileWildcard(pattern: string, options: { readonly deep?: boolean } = {}): PathExpression {
  const tokens = tokensOf(pattern, options.deep ?? false);
  const isLiteral = tokens.every((token) => literalOf(token) !== undefined);
  const start = literalStart(tokens);
  if (isLiteral) return { test: (path) => path === start };
  const end = literalEnd(tokens);
  return { test: (path) => path.startsWith(start) && path.endsWith(end) && matches(tokens, path) };
}

function tokensOf(pattern: string, deep: boolean): readonly Token[] {
  const text = [...pattern];
  const tokens: Token[] = [];
  // Before plain text alone a double star matches the end of a name, too.
  const isSuffix = deep && /^\*\*[^*?[\\/][^*?[\\]*$/u.test(pattern);
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '*') {
      const isDeep = deep && text[at + 1] === '*';
      if (isDeep) at += text[at + 2] === '/' ? 2 : 1;
      if (!isDeep) tokens.push({ kind: 'star' });
      else if (at + 1 >= text.length || isSuffix) tokens.push({ kind: 'rest' });
      else tokens.push({ kind: 'folders' }, { kind: 'inside' });
    } else if (character === '?') {
      tokens.push({ kind: 'one', accepts: (found) => found !== '/' });
    } else if (character === '[') {
      const set = setOf(text, at + 1);
      if (!set) throw new BadPattern(`${pattern}: [ without its ]`);
      tokens.push({ kind: 'one', accepts: set.accepts });
      at = set.end;
    } else {
      if (character === '\\') at += 1;
      const wanted = text[at];
      if (wanted === undefined) throw new BadPattern(`${pattern}: a backslash at the end`);
      tokens.push({ kind: 'one', text: wanted, accepts: (found) => found === wanted });
    }
  }
  return tokens;
}

/** The character that alone is accepted; undefined: there are others. */
function literalOf(token: Token): string | undefined {
  return token.kind === 'one' ? token.text : undefined;
}

/** What every match begins with, and ends with; most paths are ruled out by them. */
function literalStart(tokens: readonly Token[]): string {
  const end = tokens.findIndex((token) => literalOf(token) === undefined);
  return tokens
    .slice(0, end === -1 ? tokens.length : end)
    .map(literalOf)
    .join('');
}

function literalEnd(tokens: readonly Token[]): string {
  const last = tokens.findLastIndex((token) => literalOf(token) === undefined);
  return tokens
    .slice(last + 1)
    .map(literalOf)
    .join('');
}

/** `[abc]`, `[a-z]`, `[^a]`; `end` is where its closing bracket stands. */
function setOf(
  text: readonly string[],
  start: number,
): { readonly accepts: (character: string) => boolean; readonly end: number } | undefined {
  const isNegated = text[start] === '^';
  const ranges: (readonly [low: string, high: string])[] = [];
  let at = isNegated ? start + 1 : start;
  const next = (): string | undefined => {
    if (text[at] === '\\') at += 1;
    at += 1;
    return text[at - 1];
  };
  while (text[at] !== ']' || ranges.length === 0) {
    if (text[at] === '-' || text[at] === ']') return undefined;
    const low = next();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (text[at] === '-') {
      at += 1;
      if (text[at] === '-' || text[at] === ']') return undefined;
      high = next();
    }
    if (high === undefined || at >= text.length) return undefined;
    ranges.push([low, high]);
  }
  const isIn = (found: string): boolean => ranges.some(([low, high]) => low <= found && found <= high);
  return { accepts: (found) => isIn(found) !== isNegated, end: at };
}

/** Simulates the pattern as an automaton: the set of positions that may have been reached, character by character. */
function matches(tokens: readonly Token[], path: string): boolean {
  let reached = reach(tokens, new Set(), 0);
  for (const character of path) {
    const next = new Set<number>();
    for (const at of reached) {
      const token = tokens[at];
      if (token?.kind === 'one' && token.accepts(character)) reach(tokens, next, at + 1);
      else if (token?.kind === 'rest' || (token?.kind === 'star' && character !== '/')) reach(tokens, next, at);
      else if (token?.kind === 'inside') {
        next.add(at);
        if (character === '/') reach(tokens, next, at + 1);
      }
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(tokens.length);
}

/** Adds a position, and those that are reached from it without a character. */
function reach(tokens: readonly Token[], places: Set<number>, place: number): Set<number> {
  for (let at = place; !places.has(at); at += 1) {
    places.add(at);
    const kind = tokens[at]?.kind;
    if (kind === 'folders') {
      places.add(at + 1);
      at += 1;
    } else if (kind !== 'star' && kind !== 'rest') break;
  }
  return places;
}
