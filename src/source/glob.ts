/** A pattern that is no pattern: an open `[`, or a `\` at its end. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

/**
 * Wildcards of COPY and ADD: the rules of Go's `filepath.Match`, where `*` and `?` never match a slash and `**` is no more
 * than `*`. Source: https://docs.docker.com/reference/dockerfile/#pattern-matching, https://pkg.go.dev/path/filepath#Match
 * @throws BadPattern
 */
export function matchExpression(pattern: string): RegExp {
  return new RegExp(`^${tokens(pattern).map(tokenSource).join('')}$`, 'u');
}

/**
 * Patterns of ignore files, `--exclude` and `--parents`: `filepath.Match`, and `**` for any number of folders.
 * The corners are those of https://github.com/moby/patternmatcher: a leading `**` before plain text matches the end of a
 * name (`**file` matches `xfile`), elsewhere it matches whole folders; at the end it matches everything below.
 * @throws BadPattern
 */
export function deepExpression(pattern: string): RegExp {
  const found = tokens(pattern);
  if (pattern.startsWith('**') && found.slice(2).every(({ kind }) => kind === 'text')) {
    const rest = found.slice(2).map(tokenSource).join('');
    return new RegExp(rest.startsWith('/') ? `^(?:.*/)?${rest.slice(1)}$` : `${rest}$`, 'su');
  }
  let source = '';
  for (let index = 0; index < found.length; index += 1) {
    const token = found[index] as Token;
    if (token.kind !== 'star' || found[index + 1]?.kind !== 'star') {
      source += tokenSource(token);
      continue;
    }
    index += 1;
    if (found[index + 1]?.text === '/') index += 1;
    source += index === found.length - 1 ? '.*' : '(?:.*/)?';
  }
  return new RegExp(`^${source}$`, 'su');
}

/** True when the text has a wildcard that is not escaped. */
export function hasWildcard(pattern: string): boolean {
  return /^(?:[^*?[\\]|\\.)*[*?[]/s.test(pattern);
}

/** The text without the backslashes that escape its characters. */
export function unescapePattern(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}

interface Token {
  readonly kind: 'text' | 'escaped' | 'star' | 'any' | 'set';
  readonly text: string;
}

function tokens(pattern: string): readonly Token[] {
  const found: Token[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index += 1) {
    const text = characters[index] as string;
    if (text === '*') found.push({ kind: 'star', text });
    else if (text === '?') found.push({ kind: 'any', text });
    else if (text === '\\') {
      index += 1;
      const escaped = characters[index];
      if (escaped === undefined) throw new BadPattern(`${pattern}: a backslash at the end`);
      found.push({ kind: 'escaped', text: escaped });
    } else if (text === '[') {
      const end = endOfSet(characters, index);
      if (end === undefined) throw new BadPattern(`${pattern}: [ without its ]`);
      found.push({ kind: 'set', text: characters.slice(index + 1, end).join('') });
      index = end;
    } else found.push({ kind: 'text', text });
  }
  return found;
}

/** Where the `]` of a set is; a set has at least one character. */
function endOfSet(characters: readonly string[], start: number): number | undefined {
  const first = characters[start + 1] === '^' ? start + 2 : start + 1;
  for (let index = first; index < characters.length; index += 1) {
    if (characters[index] === '\\') index += 1;
    else if (characters[index] === ']') return index === first ? undefined : index;
  }
  return undefined;
}

function tokenSource({ kind, text }: Token): string {
  if (kind === 'star') return '[^/]*';
  if (kind === 'any') return '[^/]';
  if (kind !== 'set') return literal(text);
  const negated = text.startsWith('^');
  const members = [...unescapeSet(negated ? text.slice(1) : text)];
  return `[${negated ? '^' : ''}${members.map((member) => (member === '-' ? '-' : literal(member))).join('')}]`;
}

/** An escaped character of a set stands for itself; an escaped `-` is no range, so it is moved where it cannot be one. */
function unescapeSet(text: string): string {
  const dash = /\\-/.test(text) ? '-' : '';
  return dash + text.replaceAll('\\-', '').replace(/\\(.)/gsu, '$1');
}

function literal(text: string): string {
  // A dash is escaped in sets only: elsewhere such an escape is an error.
  return text.replace(/[\\^$.|?*+(){}[\]]/gu, '\\$&');
}
