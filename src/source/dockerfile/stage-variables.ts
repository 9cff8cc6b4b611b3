import { expandWord, unset, type Variables } from './shell-word.ts';

/** What is given to the build from outside. */
export interface Scope {
  readonly buildArguments: Readonly<Record<string, string>>;
  /** What the builder itself offers to `ARG TARGETARCH` and the like. */
  readonly offered: Readonly<Record<string, string>>;
}

type Value = string | typeof unset | undefined;

/** ARG and ENV of one stage as they stand at one line; ENV wins. */
export class StageVariables implements Variables {
  private readonly environment = new Map<string, Value>();
  private readonly declared = new Map<string, Value>();
  private readonly escapeCharacter: string;
  private readonly scope: Scope;
  private readonly isComplete: boolean;
  private readonly globals: StageVariables | undefined;

  constructor(options: {
    readonly escapeCharacter: string;
    readonly scope: Scope;
    /** False when the base image may have set variables of its own. */
    readonly isComplete: boolean;
    readonly globals?: StageVariables;
    readonly parent?: StageVariables | undefined;
  }) {
    this.escapeCharacter = options.escapeCharacter;
    this.scope = options.scope;
    this.isComplete = options.isComplete;
    this.globals = options.globals;
    for (const [name, value] of options.parent?.environment ?? []) this.environment.set(name, value);
    for (const [name, value] of options.parent?.declared ?? []) this.declared.set(name, value);
  }

  get(name: string): Value {
    if (this.environment.has(name)) return this.environment.get(name);
    if (this.declared.has(name)) return this.declared.get(name);
    return this.isComplete ? unset : undefined;
  }

  /** `ARG NAME[=default] …` */
  declare(words: readonly string[]): void {
    for (const word of words) {
      const { name, value } = assignment(word);
      const given = ownValue(this.scope.buildArguments, name);
      if (given !== undefined) this.declared.set(name, given);
      else if (value !== undefined) this.declared.set(name, expandWord(value, this, this.escapeCharacter));
      else this.declared.set(name, this.globalOf(name));
    }
  }

  /** `ENV NAME=value …`, or `ENV NAME value` of old. All values of one instruction see the variables before it. */
  set(words: readonly string[], text: string): void {
    const [first = ''] = words;
    if (!first.includes('=')) {
      const value = text.slice(first.length).trim();
      this.environment.set(first, expandWord(value, this, this.escapeCharacter));
      return;
    }
    const values = words.map((word): [string, Value] => {
      const { name, value = '' } = assignment(word);
      return [name, expandWord(value, this, this.escapeCharacter)];
    });
    for (const [name, value] of values) this.environment.set(name, value);
  }

  private globalOf(name: string): Value {
    if (this.globals?.declared.has(name)) return this.globals.declared.get(name);
    return ownValue(this.scope.offered, name) ?? unset;
  }
}

function assignment(word: string): { readonly name: string; readonly value?: string } {
  const at = word.indexOf('=');
  return at < 0 ? { name: word } : { name: word.slice(0, at), value: word.slice(at + 1) };
}

/** Own properties only: a variable may be called `constructor`. */
function ownValue(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
