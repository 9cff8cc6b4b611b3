/** One instruction with its continuation lines joined. `line` is 1-based, where the instruction starts. */
export interface Instruction {
  readonly keyword: string;
  /** The text after the keyword, as `docker build` prints it. */
  readonly text: string;
  readonly flags: ReadonlyMap<string, string>;
  /** Every `--mount` of RUN. */
  readonly mounts: readonly string[];
  /** Words of the instruction after its flags; the exec form (`["a", "b"]`) is taken apart. */
  readonly words: readonly string[];
  readonly line: number;
}

/** A stage of a multi-stage build: from one FROM to the next. */
export interface Stage {
  readonly base: string;
  readonly alias: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** All instructions in order, the FROM lines and global ARGs among them. */
  readonly instructions: readonly Instruction[];
}

/** What `docker build` says of a file that it cannot parse. */
export class DockerfileSyntaxError extends Error {
  override readonly name = 'DockerfileSyntaxError';
}

const KEYWORDS = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

type Flags = Readonly<Record<string, readonly string[]>>;

/**
 * Flags that the parser of ACR's engine (23.0) knows; those that came later fail, as `--parents` and `--exclude` of COPY
 * (https://docs.docker.com/reference/dockerfile/#copy---parents). Form of the refusal: https://github.com/moby/moby/pull/40060.
 */
const CLASSIC_FLAGS: Flags = {
  FROM: ['platform'],
  RUN: ['mount', 'network', 'security'],
  COPY: ['from', 'chown', 'chmod', 'link'],
  ADD: ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'retries'],
};

/** https://docs.docker.com/reference/dockerfile/ */
const BUILDKIT_FLAGS: Flags = {
  FROM: ['platform'],
  RUN: ['mount', 'network', 'security', 'device'],
  COPY: ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'],
  ADD: ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'unpack', 'exclude'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
};

export type Builder = 'classic' | 'buildkit';

/**
 * Reads a Dockerfile (https://docs.docker.com/reference/dockerfile/): escape directive, comments, continuation lines, flags, exec
 * form. The classic builder knows no here-documents: their lines are instructions to it, and mostly unknown ones
 * (https://github.com/containers/buildah/issues/3474). Throws DockerfileSyntaxError.
 * The simulator has its own reader on purpose: it judges what the product's reader selected.
 */
export function parseDockerfile(text: string, builder: Builder = 'classic'): Dockerfile {
  const instructions = readInstructions(text, builder);
  const stages: { base: string; alias: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const [base, as, alias] = instruction.words;
      if (base === undefined || (as !== undefined && (as.toUpperCase() !== 'AS' || alias === undefined))) {
        throw new DockerfileSyntaxError(
          `dockerfile parse error line ${instruction.line}: FROM requires either one or three arguments`,
        );
      }
      stages.push({ base, alias: alias?.toLowerCase(), instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage) stage.instructions.push(instruction);
    else if (instruction.keyword !== 'ARG') {
      throw new DockerfileSyntaxError(
        `dockerfile parse error line ${instruction.line}: no build stage in current context`,
      );
    }
  }
  if (stages.length === 0) throw new DockerfileSyntaxError('file with no instructions');
  return { stages, instructions };
}

function readInstructions(text: string, builder: Builder): Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escapeMark = escapeCharacter(lines);
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? '';
    if (isBlankOrComment(first)) continue;
    const start = index + 1;
    let joined = first.trim();
    while (joined.endsWith(escapeMark) && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? '';
      // Docker drops comments and blank lines inside a continued instruction.
      if (isBlankOrComment(next)) continue;
      joined = `${joined.slice(0, -1)} ${next.trim()}`;
    }
    const instruction = readInstruction(joined.endsWith(escapeMark) ? joined.slice(0, -1) : joined, start, builder);
    instructions.push(instruction);
    if (builder === 'buildkit') index = endOfHereDocuments(instruction, lines, index);
  }
  return instructions;
}

/** https://docs.docker.com/reference/dockerfile/#here-documents */
function endOfHereDocuments({ keyword, text, line }: Instruction, lines: readonly string[], last: number): number {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return last;
  let index = last;
  for (const [, tabs, , name] of text.matchAll(/(?<!\S)<<(-?)(["']?)(\w+)\2/g)) {
    do {
      index += 1;
      if (index >= lines.length) {
        throw new DockerfileSyntaxError(`dockerfile parse error on line ${line}: unterminated heredoc`);
      }
    } while ((tabs === '-' ? lines[index]?.replace(/^\t+/, '') : lines[index]) !== name);
  }
  return index;
}

function readInstruction(line: string, number: number, builder: Builder): Instruction {
  const [, keywordAsWritten = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
  const keyword = keywordAsWritten.toUpperCase();
  if (!KEYWORDS.has(keyword)) {
    throw new DockerfileSyntaxError(`dockerfile parse error line ${number}: unknown instruction: ${keywordAsWritten}`);
  }
  const flags = new Map<string, string>();
  const mounts: string[] = [];
  let remaining = rest.trim();
  for (let match = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(remaining); match; ) {
    flags.set(match[1] ?? '', match[2] ?? '');
    if (match[1] === 'mount') mounts.push(match[2] ?? '');
    remaining = remaining.slice(match[0].length);
    match = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(remaining);
  }
  const unknown = [...flags.keys()].find(
    (flag) => !((builder === 'classic' ? CLASSIC_FLAGS : BUILDKIT_FLAGS)[keyword] ?? []).includes(flag),
  );
  if (unknown !== undefined) {
    throw new DockerfileSyntaxError(`dockerfile parse error line ${number}: unknown flag: ${unknown}`);
  }
  return { keyword, text: rest.replace(/\s+/g, ' ').trim(), flags, mounts, words: words(remaining), line: number };
}

function escapeCharacter(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*([a-zA-Z]+)\s*=\s*(\S+)\s*$/.exec(line);
    if (!directive) return '\\';
    if (directive[1]?.toLowerCase() === 'escape') return directive[2] ?? '\\';
  }
  return '\\';
}

function isBlankOrComment(line: string): boolean {
  const trimmed = line.trim();
  return trimmed === '' || trimmed.startsWith('#');
}

function words(text: string): readonly string[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(trimmed);
      if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
    } catch {
      // Docker falls back to the shell form when the exec form is not JSON.
    }
  }
  return [...trimmed.matchAll(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map((match) => unquote(match[0]));
}

function unquote(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
    double === undefined ? (single ?? '') : double.replace(/\\(.)/g, '$1'),
  );
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; an unknown name becomes empty, as in Docker. */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/g,
    (whole: string, braced?: string, operator?: string, operand?: string, bare?: string) => {
      if (whole === '\\$') return '$';
      const value = variables.get(braced ?? bare ?? '');
      if (operator === '-') return value ? value : (operand ?? '');
      if (operator === '+') return value ? (operand ?? '') : '';
      return value ?? '';
    },
  );
}
