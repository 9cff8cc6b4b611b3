import { type Add, type Copy, DockerfileParser, type Instruction, type Run } from 'dockerfile-ast';

/** What one instruction takes from the build context. */
export interface ContextSource {
  /** As written after expansion of variables; may hold wildcards. */
  readonly pattern: string;
  readonly keyword: 'COPY' | 'ADD' | 'RUN';
  /** 1-based line in the Dockerfile. */
  readonly line: number;
}

export interface DockerfileView {
  readonly sources: readonly ContextSource[];
  /** A source depends on a value that is known only to the build: everything of the context may be seen. */
  readonly seesWholeContext: boolean;
}

/** Which parts of the context the build can see: sources of COPY and ADD, and bind mounts of RUN. */
export function readDockerfile(text: string): DockerfileView {
  const dockerfile = DockerfileParser.parse(text);
  const expand = (value: string, line: number): string =>
    expandVariables(value, (n) => dockerfile.resolveVariable(n, line));
  const sources = dockerfile.getInstructions().flatMap((instruction): readonly ContextSource[] => {
    const start = instruction.getRange().start.line;
    const found = (keyword: ContextSource['keyword'], patterns: readonly string[]): readonly ContextSource[] =>
      patterns.map((pattern) => ({ pattern: expand(pattern, start), keyword, line: start + 1 }));
    switch (instruction.getKeyword()) {
      case 'COPY':
        return found('COPY', copySources(instruction as Copy));
      case 'ADD':
        return found(
          'ADD',
          copySources(instruction as Add).filter((source) => !isRemote(source)),
        );
      case 'RUN':
        return found('RUN', bindMounts(instruction as Run));
      default:
        // ONBUILD instructions run in the builds of other Dockerfiles.
        return [];
    }
  });
  return { sources, seesWholeContext: sources.some(({ pattern }) => pattern.includes('$')) };
}

function copySources(instruction: Copy | Add): readonly string[] {
  if (instruction.getFlags().some((flag) => flag.getName() === 'from')) return [];
  const words = exec(instruction) ?? instruction.getArguments().map((argument) => argument.getValue());
  const hereDocument = words.findIndex((word) => word.startsWith('<<'));
  // A here-document's text follows its destination among the arguments.
  if (hereDocument >= 0) return words.slice(0, hereDocument);
  return words.slice(0, -1);
}

/** The words of the JSON form `COPY ["a b", "c"]`; undefined for the plain form. */
function exec(instruction: Instruction): readonly string[] | undefined {
  const content = instruction.getArgumentsContent()?.trim();
  const start = content?.search(/\[\s*"/) ?? -1;
  if (content === undefined || start < 0 || !content.endsWith(']')) return undefined;
  try {
    const words: unknown = JSON.parse(content.slice(start));
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    // Docker too falls back to the plain form when the brackets hold no JSON.
    return undefined;
  }
}

function bindMounts(run: Run): readonly string[] {
  return run
    .getFlags()
    .filter((flag) => flag.getName() === 'mount')
    .flatMap((flag) => {
      const options = new Map(
        (flag.getValue() ?? '').split(',').map((part): [string, string] => {
          const [key = '', ...value] = part.split('=');
          return [key, value.join('=')];
        }),
      );
      const isBind = (options.get('type') ?? 'bind') === 'bind';
      return isBind && !options.has('from') ? [options.get('source') ?? options.get('src') ?? '.'] : [];
    });
}

function isRemote(source: string): boolean {
  return /^(https?|ftp|git|ssh):\/\//i.test(source) || source.startsWith('git@');
}

/** Expands `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; what is not known stays as it is. */
function expandVariables(text: string, resolve: (name: string) => string | null | undefined, depth = 0): string {
  if (depth > 10) return text;
  return text.replace(/\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/g, (whole, braced, operator, word, plain) => {
    const value = resolve(braced ?? plain) ?? undefined;
    if (operator === '-' && !value) return word;
    if (operator === '+') return value ? word : '';
    return value === undefined ? whole : expandVariables(value, resolve, depth + 1);
  });
}
