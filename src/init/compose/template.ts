/** A text of a Compose file, taken apart at its variables. */
export type Part =
  | { readonly text: string }
  | {
      readonly variable: string;
      readonly operator: Operator;
      /** What stands behind the operator. */
      readonly word: readonly Part[];
    };

type Operator = '' | ':-' | '-' | ':?' | '?' | ':+' | '+';

export type Template =
  | { readonly ok: true; readonly parts: readonly Part[] }
  | { readonly ok: false; readonly problem: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const OPERATOR = /^:?[-?+]/;
/** Deeper nesting is nobody's. */
const MAX_DEPTH = 20;

/**
 * `$VAR`, `${VAR}`, `${VAR:-default}` and its like, and `$$`; other dollars stand for themselves
 * (https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md).
 */
export function parseTemplate(text: string): Template {
  try {
    return { ok: true, parts: partsOf(text, 0) };
  } catch (error) {
    if (!(error instanceof InvalidTemplate)) throw error;
    return { ok: false, problem: error.message };
  }
}

class InvalidTemplate extends Error {}

function partsOf(text: string, depth: number): readonly Part[] {
  if (depth > MAX_DEPTH) throw new InvalidTemplate('variables are nested too deeply');
  const parts: Part[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') parts.push({ text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('$', at);
    if (next < 0) {
      plain += text.slice(at);
      break;
    }
    plain += text.slice(at, next);
    const rest = text.slice(next);
    const [name] = NAME.exec(rest.slice(1)) ?? [];
    if (rest.startsWith('$$')) {
      plain += '$';
      at = next + 2;
    } else if (name !== undefined) {
      flush();
      parts.push({ variable: name, operator: '', word: [] });
      at = next + 1 + name.length;
    } else if (rest.startsWith('${')) {
      flush();
      const [part, length] = braced(rest, depth);
      parts.push(part);
      at = next + length;
    } else {
      plain += '$';
      at = next + 1;
    }
  }
  flush();
  return parts;
}

function braced(text: string, depth: number): readonly [part: Part, length: number] {
  const end = endOf(text);
  const inside = text.slice(2, end < 0 ? undefined : end);
  const [variable = ''] = NAME.exec(inside) ?? [];
  const tail = inside.slice(variable.length);
  const [operator = ''] = OPERATOR.exec(tail) ?? [];
  if (end < 0 || variable === '' || (tail !== '' && operator === ''))
    throw new InvalidTemplate('has a ${ that names no variable; write ${NAME} or ${NAME:-default}, and $$ for a $');
  const word = partsOf(tail.slice(operator.length), depth + 1);
  return [{ variable, operator: operator as Operator, word }, end + 1];
}

/** The place of the brace that ends `${…`. */
function endOf(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('$$', at)) at += 1;
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

export interface Filled {
  readonly text: string;
  /** Variables without a value and without a default: Compose takes them for empty, with a warning. */
  readonly unset: readonly string[];
  /** `${VAR:?message}` of which the variable is not set. */
  readonly problems: readonly string[];
}

/** The text as Compose would read it. */
export function filled(parts: readonly Part[], lookup: (name: string) => string | undefined): Filled {
  const unset: string[] = [];
  const problems: string[] = [];
  const fill = (some: readonly Part[]): string => some.map(one).join('');
  const one = (part: Part): string => {
    if ('text' in part) return part.text;
    const { variable, operator, word } = part;
    const value = lookup(variable);
    const isThere = value !== undefined && !(operator.startsWith(':') && value === '');
    if (operator.endsWith('+')) return isThere ? fill(word) : '';
    if (isThere) return value;
    if (operator.endsWith('-')) return fill(word);
    if (operator.endsWith('?')) problems.push(`the variable ${variable} is not set: ${fill(word) || 'it is required'}`);
    else unset.push(variable);
    return '';
  };
  return { text: fill(parts), unset, problems };
}

/** The names of all variables in it. */
export function variablesIn(parts: readonly Part[]): readonly string[] {
  return parts.flatMap((part) => ('text' in part ? [] : [part.variable, ...variablesIn(part.word)]));
}

/** A text that Compose reads as it is. */
export function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}
