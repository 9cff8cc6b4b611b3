import { escaped } from './template.ts';

/** A line of a file of variables. */
interface EnvEntry {
  readonly name: string;
  /** As a text of a Compose file would say it; undefined: the shell's variable of that name is meant. */
  readonly value: string | undefined;
  /** 1-based. */
  readonly line: number;
}

export interface EnvFileText {
  readonly entries: readonly EnvEntry[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const NAME = /^(?:export[ \t]+)?([^\s=:#'"$]+)[ \t]*/;

/**
 * The format of `.env` and `env_file`: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file-format
 *
 * @param format `raw`: what stands behind `=` is the value, with quotes and dollars
 */
export function parseEnvFile(text: string, format: 'compose' | 'raw' = 'compose'): EnvFileText {
  const reader = new EnvReader(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), format);
  reader.read();
  return reader;
}

class EnvReader implements EnvFileText {
  readonly entries: EnvEntry[] = [];
  readonly problems: { line: number; message: string }[] = [];
  readonly #text: string;
  readonly #isRaw: boolean;
  #at = 0;
  #line = 1;

  constructor(text: string, format: 'compose' | 'raw') {
    this.#text = text;
    this.#isRaw = format === 'raw';
  }

  read(): void {
    while (this.#at < this.#text.length) {
      const line = this.#restOfLine();
      const trimmed = line.trim();
      if (trimmed === '' || trimmed.startsWith('#')) this.#skip(line.length);
      else this.#entry(line);
    }
  }

  #entry(line: string): void {
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    const [beginning, name] = NAME.exec(line.slice(indent)) ?? [];
    if (beginning === undefined || name === undefined) {
      this.problems.push({ line: this.#line, message: 'is no line of the form NAME=value' });
      this.#skip(line.length);
      return;
    }
    const rest = line.slice(indent + beginning.length);
    if (rest === '' || rest.startsWith('#')) {
      this.entries.push({ name, value: undefined, line: this.#line });
      this.#skip(line.length);
      return;
    }
    if (!/^[=:]/.test(rest)) {
      this.problems.push({ line: this.#line, message: `has something else than = behind ${name.slice(0, 60)}` });
      this.#skip(line.length);
      return;
    }
    const before = line.length - rest.length + 1;
    this.#value(name, before);
  }

  #value(name: string, before: number): void {
    const { line } = { line: this.#line };
    this.#at += before;
    if (this.#isRaw) {
      const rest = this.#restOfLine();
      this.#skip(rest.length);
      this.entries.push({ name, value: escaped(rest), line });
      return;
    }
    this.#at += /^[ \t]*/.exec(this.#restOfLine())?.[0].length ?? 0;
    const quote = this.#text[this.#at];
    const value = quote === '"' || quote === "'" ? this.#quoted(quote) : this.#plain();
    if (value === undefined)
      this.problems.push({ line, message: `the value of ${name.slice(0, 60)} has no closing quote` });
    else this.entries.push({ name, value, line });
  }

  /** Up to a comment, which has a space before it. */
  #plain(): string {
    const rest = this.#restOfLine();
    this.#skip(rest.length);
    const comment = /(?:^|[ \t])#/.exec(rest);
    return (comment ? rest.slice(0, comment.index) : rest).trim();
  }

  #quoted(quote: string): string | undefined {
    let value = '';
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      const one = this.#text[at] ?? '';
      if (one === quote) {
        this.#line += this.#text.slice(this.#at, at).split('\n').length - 1;
        this.#at = at + 1;
        this.#skip(this.#restOfLine().length);
        return value;
      }
      if (one !== '\\') {
        value += quote === "'" ? escaped(one) : one;
        continue;
      }
      at += 1;
      value += afterBackslash(this.#text[at] ?? '', quote);
    }
    this.#skip(this.#text.length - this.#at);
    return undefined;
  }

  #restOfLine(): string {
    const end = this.#text.indexOf('\n', this.#at);
    return this.#text.slice(this.#at, end < 0 ? undefined : end);
  }

  /** So many characters, and the end of the line. */
  #skip(length: number): void {
    this.#at += length + 1;
    this.#line += 1;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

function afterBackslash(one: string, quote: string): string {
  if (quote === "'") return one === "'" ? "'" : `\\${escaped(one)}`;
  return ESCAPES[one] ?? `\\${one}`;
}
