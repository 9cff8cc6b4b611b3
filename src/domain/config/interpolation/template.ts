/** The value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface FilledText {
  readonly text: string;
  /** The variables whose values are in it, or decided what is. */
  readonly variables: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Fills variables in as Compose does (https://docs.docker.com/reference/compose-file/interpolation/): `$VAR`, `${VAR}`,
 * `${VAR:-default}`, `${VAR:?message}`, `${VAR:+instead}`, the same without the colon, by which an empty variable counts as set, and
 * `$$` for a `$`. References, `${{…}}` and `$${{`, are left as they are. Other than there, a variable that is not set is a problem.
 */
export function fillText(text: string, lookup: Lookup): FilledText {
  const variables = new Set<string>();
  const problems = new Set<string>();
  const filled = new Template(lookup, variables, problems).fill(text);
  return { text: filled, variables: [...variables], problems: [...problems] };
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const OPERATOR = /^:?[-?+]/;

class Template {
  readonly #lookup: Lookup;
  readonly #variables: Set<string>;
  readonly #problems: Set<string>;

  constructor(lookup: Lookup, variables: Set<string>, problems: Set<string>) {
    this.#lookup = lookup;
    this.#variables = variables;
    this.#problems = problems;
  }

  fill(text: string): string {
    const parts: string[] = [];
    let rest = text;
    for (let at = rest.indexOf('$'); at >= 0; at = rest.indexOf('$')) {
      parts.push(rest.slice(0, at));
      const [part, length] = this.#next(rest.slice(at));
      parts.push(part);
      rest = rest.slice(at + length);
    }
    return parts.join('') + rest;
  }

  /** @returns what stands for the beginning of the text, and how much of it that is */
  #next(text: string): readonly [part: string, length: number] {
    const kept = referenceAt(text);
    if (kept > 0) return [text.slice(0, kept), kept];
    if (text.startsWith('$$')) return ['$', 2];
    if (text.startsWith('${')) return this.#braced(text);
    const [name] = NAME.exec(text.slice(1)) ?? [];
    if (name !== undefined) return [this.#required(name), name.length + 1];
    this.#problems.add('has a $ that begins no variable; write $$ for the character itself');
    return ['$', 1];
  }

  #braced(text: string): readonly [part: string, length: number] {
    const end = endOf(text);
    const inside = text.slice(2, end);
    const [name = ''] = NAME.exec(inside) ?? [];
    const tail = inside.slice(name.length);
    const [operator = ''] = OPERATOR.exec(tail) ?? [];
    if (end < 0 || name === '' || (tail !== '' && operator === '')) {
      const why = end < 0 ? 'without a }' : 'that names no variable';
      this.#problems.add(`has a \${ ${why}; write \${NAME} or \${NAME:-default}, and $$ for the character $ itself`);
      return [text, text.length];
    }
    const word = tail.slice(operator.length);
    return [operator === '' ? this.#required(name) : this.#decided(name, operator, word), end + 1];
  }

  #decided(name: string, operator: string, word: string): string {
    const value = this.#value(name);
    const isGiven = value !== undefined && !(operator.startsWith(':') && value === '');
    if (operator.endsWith('+')) return isGiven ? this.fill(word) : '';
    if (isGiven) return value;
    if (operator.endsWith('-')) return this.fill(word);
    this.#problems.add(`the variable ${name} is not set: ${word || 'it is required'}`);
    return '';
  }

  #required(name: string): string {
    const value = this.#value(name);
    if (value !== undefined) return value;
    this.#problems.add(`the variable ${name} is not set; write \${${name}:-default} where it need not be`);
    return '';
  }

  #value(name: string): string | undefined {
    this.#variables.add(name);
    return this.#lookup(name);
  }
}

/** The length of a reference, or of an escaped beginning of one, with which the text begins; 0: with none. */
function referenceAt(text: string): number {
  if (text.startsWith('$${{')) return 4;
  if (!text.startsWith('${{')) return 0;
  const end = text.indexOf('}}');
  return end < 0 ? text.length : end + 2;
}

/** The place of the brace that ends `${…`; what stands in it may have variables and references of its own. */
function endOf(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const kept = at > 0 && text[at] === '$' ? referenceAt(text.slice(at, at + 4)) && referenceAt(text.slice(at)) : 0;
    if (kept > 0) at += kept - 1;
    else if (text.startsWith('$$', at)) at += 1;
    else if (text.startsWith('${', at)) {
      depth += 1;
      at += 1;
    } else if (text[at] === '}') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
