/** An expression of a template, taken apart: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions. */
export type Expression =
  | { readonly kind: 'value'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: Expression };

const TOKEN = /\s*(?:'((?:[^']|'')*)'|([-+]?\d+)|([A-Za-z_][A-Za-z0-9_]*)|([()[\],.]))/y;

type Token = { readonly text: string; readonly kind: 'text' | 'number' | 'name' | 'sign' };

/** @throws SyntaxError what is none */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let at = 0;
  const next = (): Token => tokens[at++] ?? fail(text);
  const is = (sign: string): boolean => tokens[at]?.kind === 'sign' && tokens[at]?.text === sign;
  const expect = (sign: string): void => {
    const { text: found, kind } = next();
    if (kind !== 'sign' || found !== sign) fail(text);
  };
  const list = (): Expression[] => {
    const items: Expression[] = [];
    if (!is(')')) items.push(expression());
    while (is(',')) {
      next();
      items.push(expression());
    }
    expect(')');
    return items;
  };
  /** Functions of the template's own have a namespace: `contoso.name(…)`. */
  const functionName = (first: string): string => {
    if (!is('.')) return first;
    next();
    const { text: second, kind } = next();
    return kind === 'name' ? `${first}.${second}` : fail(text);
  };
  const primary = (): Expression => {
    const { text: value, kind } = next();
    if (kind === 'text') return { kind: 'value', value };
    if (kind === 'number') return { kind: 'value', value: Number(value) };
    if (kind !== 'name') return fail(text);
    const name = functionName(value);
    expect('(');
    return { kind: 'call', name, args: list() };
  };
  const member = (of: Expression): Expression => {
    if (next().text === '.') {
      const { text: name, kind } = next();
      return kind === 'name' ? { kind: 'member', of, name: { kind: 'value', value: name } } : fail(text);
    }
    const name = expression();
    expect(']');
    return { kind: 'member', of, name };
  };
  const expression = (): Expression => {
    let found = primary();
    while (is('.') || is('[')) found = member(found);
    return found;
  };
  const whole = expression();
  return at === tokens.length ? whole : fail(text);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.trimEnd().length; ) {
    TOKEN.lastIndex = at;
    const [whole, quoted, number, name, sign] = TOKEN.exec(text) ?? fail(text);
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push(name === undefined ? { kind: 'sign', text: sign ?? '' } : { kind: 'name', text: name });
    at += whole?.length ?? 1;
  }
  return tokens;
}

function fail(text: string): never {
  throw new SyntaxError(`The language expression '${text}' is not valid.`);
}
