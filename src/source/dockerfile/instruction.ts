import {
  type Dockerfile,
  DockerfileParser,
  type Instruction,
  type ModifiableInstruction,
  type Onbuild,
} from 'dockerfile-ast';

/** One instruction as Docker's parser hands it on: flags taken off, continuation lines joined, the JSON form read. */
export interface DockerInstruction {
  /** In capitals. */
  readonly keyword: string;
  /** 1-based. */
  readonly line: number;
  readonly flags: readonly { readonly name: string; readonly value: string | null }[];
  /** Words as written, still with their variables; of COPY and ADD also read from the JSON form. */
  readonly words: readonly string[];
  /** What follows the flags, without here-documents. */
  readonly text: string;
  readonly hasHereDocument: boolean;
  /** What ONBUILD defers. */
  readonly trigger?: DockerInstruction;
}

export interface ParsedDockerfile {
  /** The escape character, `\` unless the directive `# escape` says otherwise. */
  readonly escapeCharacter: string;
  readonly instructions: readonly DockerInstruction[];
}

export function parseDockerfile(text: string): ParsedDockerfile {
  const dockerfile: Dockerfile = DockerfileParser.parse(text.replace(/^\uFEFF/, ''));
  return {
    escapeCharacter: dockerfile.getEscapeCharacter(),
    instructions: dockerfile.getInstructions().map((instruction) => readInstruction(instruction)),
  };
}

function readInstruction(instruction: Instruction): DockerInstruction {
  const keyword = instruction.getKeyword();
  const flags = 'getFlags' in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
  // The text of a here-document follows on the lines below.
  const [text = ''] = (instruction.getArgumentsContent() ?? '').trim().split('\n');
  const hasHereDocument = ['COPY', 'ADD', 'RUN'].includes(keyword) && /(?:^|\s)<<-?["']?\w/.test(text);
  const trigger = keyword === 'ONBUILD' ? (instruction as Onbuild).getTriggerInstruction() : null;
  return {
    keyword,
    line: instruction.getRange().start.line + 1,
    flags: flags.map((flag) => ({ name: flag.getName(), value: flag.getValue() })),
    words: jsonWords(text) ?? text.split(/[\t\v\f\r ]+/).filter((word) => word !== ''),
    text,
    hasHereDocument,
    ...(trigger && { trigger: readInstruction(trigger) }),
  };
}

/** The words of `["a b", "c"]`; undefined for the plain form. Docker too takes broken JSON for the plain form. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

/** Words of ENV and ARG: split at white space that is neither quoted nor escaped. */
export function quotedWords(text: string, escapeCharacter: string): readonly string[] {
  const escaped = escapeCharacter === '`' ? '`' : '\\\\';
  const word = new RegExp(`(?:${escaped}[^]|'[^']*'|"(?:${escaped}[^]|[^"])*"|[^\\s])+`, 'gu');
  return text.match(word) ?? [];
}

/** Options of `RUN --mount=type=bind,source=a`, in the CSV form that Docker reads: a field may be quoted as a whole. */
export function mountOptions(value: string): ReadonlyMap<string, string> {
  const fields = value.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [];
  return new Map(
    fields.map((field): [string, string] => {
      const plain = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
      const [key = '', ...rest] = plain.split('=');
      return [key.toLowerCase(), rest.join('=')];
    }),
  );
}
