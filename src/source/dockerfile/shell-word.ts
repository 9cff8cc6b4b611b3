/** What is known of the variables at one place of a Dockerfile. */
export interface Variables {
  /** `unset` stands for certainly unset; undefined: only the build knows (the base image may set it). */
  get(name: string): string | typeof unset | undefined;
}

export const unset = Symbol('unset');

/** A word whose value only the build knows, or that Docker refuses. */
class UnknownWord extends Error {
  override readonly name = 'UnknownWord';
}

/**
 * Expands `$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME-word}`, `${NAME:+word}`, `${NAME+word}` and `${NAME:?word}`, and removes quotes
 * and escapes, as Docker does in the words of COPY, ADD, ENV, ARG and FROM. Undefined when the value is not known here.
 * Source: https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expandWord(word: string, variables: Variables, escapeCharacter: string): string | undefined {
  try {
    return new Reader(word, variables, escapeCharacter).until(undefined);
  } catch (error) {
    if (error instanceof UnknownWord) return undefined;
    throw error;
  }
}

/** Longer than any path or list of paths. */
const MAX_LENGTH = 64 * 1024;
const MAX_DEPTH = 50;

class Reader {
  private index = 0;
  private depth = 0;
  private readonly text: string;
  private readonly variables: Variables;
  private readonly escapeCharacter: string;

  constructor(text: string, variables: Variables, escapeCharacter: string) {
    this.text = text;
    this.variables = variables;
    this.escapeCharacter = escapeCharacter;
  }

  /** Everything up to a character, which is consumed, or to the end. */
  until(stop: string | undefined): string {
    let result = '';
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new UnknownWord('a word within words without end');
    for (;;) {
      // What expands without end (`ARG A=$A$A`, once more on every line) must not fill the memory.
      if (result.length > MAX_LENGTH) throw new UnknownWord('a word without end');
      const next = this.take();
      if (next === undefined) {
        if (stop === undefined) return result;
        throw new UnknownWord('an open brace');
      }
      if (next === stop) {
        this.depth -= 1;
        return result;
      }
      if (next === '$') result += this.variable();
      else if (next === "'") result += this.singleQuoted();
      else if (next === '"') result += this.doubleQuoted();
      else if (next === this.escapeCharacter) result += this.take() ?? '';
      else result += next;
    }
  }

  private take(): string | undefined {
    const next = this.text[this.index];
    this.index += 1;
    return next;
  }

  private singleQuoted(): string {
    const end = this.text.indexOf("'", this.index);
    if (end < 0) throw new UnknownWord('an open quote');
    const result = this.text.slice(this.index, end);
    this.index = end + 1;
    return result;
  }

  private doubleQuoted(): string {
    let result = '';
    for (let next = this.take(); next !== '"'; next = this.take()) {
      if (next === undefined) throw new UnknownWord('an open quote');
      if (result.length > MAX_LENGTH) throw new UnknownWord('a word without end');
      if (next === '$') result += this.variable();
      else if (next === this.escapeCharacter && ['"', '$', this.escapeCharacter].includes(this.text[this.index] ?? ''))
        result += this.take();
      else result += next;
    }
    return result;
  }

  private variable(): string {
    const [plain] = /^(?:[A-Za-z_]\w*|\d+|[@*#?!$-])/.exec(this.text.slice(this.index)) ?? [];
    if (plain !== undefined) {
      this.index += plain.length;
      return this.value(plain) ?? '';
    }
    if (this.text[this.index] !== '{') return '$';
    const [head, name = '', operator = ''] = /^\{(\w+)(:?[-+?]|\})/.exec(this.text.slice(this.index)) ?? [];
    // `${x#…}`, `${x%…}` and `${x/…/…}` are rare; the build sees the whole context then.
    if (head === undefined) throw new UnknownWord('another kind of substitution');
    this.index += head.length;
    if (operator === '}') return this.value(name) ?? '';
    const word = this.until('}');
    const value = this.value(name);
    const isThere = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    if (operator.endsWith('+')) return isThere ? word : '';
    if (operator.endsWith('?') && !isThere) throw new UnknownWord('a value that the build insists on');
    return isThere ? (value ?? '') : word;
  }

  /** Undefined: unset. */
  private value(name: string): string | undefined {
    const value = this.variables.get(name);
    if (value === undefined) throw new UnknownWord(name);
    return value === unset ? undefined : value;
  }
}
