import { type Alias, type Document, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import { LIMITS } from '../../../shared/limits.ts';
import type { ConfigProblem } from '../model.ts';
import { keyProblems, textProblem } from './document-limits.ts';
import { UnusableYaml } from './yaml-data.ts';
import { aliasTargets } from './yaml-nodes.ts';

/** Most problems that are reported of one text. */
export const MAX_PROBLEMS = LIMITS.configProblems.value;

/** A text that is YAML, and not more of it than is allowed. */
export interface YamlDocument {
  readonly document: Document;
  readonly targets: ReadonlyMap<Alias, Node>;
  /** 1-based place of an offset in the text. */
  placeAt(offset: number): { readonly line: number; readonly column: number };
  /** A problem at an offset, its message and path cut to what can be read. */
  problemAt(path: readonly PropertyKey[], message: string, offset: number): ConfigProblem;
  /** What is made of it; problems where it makes no sense (UnusableYaml). */
  use<Made>(make: () => Made): ReadYaml<Made>;
}

export type ReadYaml<Made> =
  | { readonly ok: true; readonly value: Made }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Parses YAML or JSON text that is not trusted. */
export function parseYaml(text: string): ReadYaml<YamlDocument> {
  const early = textProblem(text);
  if (early) return { ok: false, problems: [early] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.slice(0, MAX_PROBLEMS).map(({ message, pos }) => {
      const { line, column } = placeAt(pos[0]);
      return { path: '', message: cut(`not valid YAML: ${message}`), line: lastLine(line, text), column };
    });
    return { ok: false, problems };
  }
  const wrongKeys = keyProblems(document, lines);
  if (wrongKeys.length > 0) return { ok: false, problems: wrongKeys.slice(0, MAX_PROBLEMS) };
  const problemAt: YamlDocument['problemAt'] = (path, message, offset) => ({
    path: cut(path.map(String).join('.')),
    message: cut(message),
    ...placeAt(offset),
  });
  const value: YamlDocument = {
    document,
    targets: aliasTargets(document),
    placeAt,
    problemAt,
    use(make) {
      try {
        return { ok: true, value: make() };
      } catch (error) {
        if (!(error instanceof UnusableYaml)) throw error;
        const offset = isNode(error.node) ? (error.node.range?.[0] ?? 0) : 0;
        return { ok: false, problems: [problemAt([], `not usable YAML: ${error.message}`, offset)] };
      }
    },
  };
  return { ok: true, value };
}

function lastLine(line: number, text: string): number {
  return Math.min(line, text.split('\n').length);
}

const MAX_TEXT_LENGTH = 500;

/** Shortens quoted names and values: a message must not repeat a whole text. */
function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
