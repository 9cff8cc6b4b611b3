import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import { keyProblems, textProblem } from './document-limits.ts';
import type { ConfigProblem } from './model.ts';

const MAX_ALIASES = 100;
/** Most problems that are reported of one text. */
export const MAX_PROBLEMS = 100;

export interface ConfigDocument {
  readonly value: unknown;
  /** A problem at the position of a path, or of its nearest parent in the text. */
  problemAt(path: readonly PropertyKey[], message: string): ConfigProblem;
}

export type ReadDocument =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** YAML or JSON text as plain data, with the position of every value. */
export function readDocument(text: string): ReadDocument {
  const early = textProblem(text);
  if (early) return { ok: false, problems: [early] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.slice(0, MAX_PROBLEMS).map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return {
        path: '',
        message: cut(`not valid YAML: ${message}`),
        line: clampLine(line, text),
        column: Math.max(col, 1),
      };
    });
    return { ok: false, problems };
  }
  const wrongKeys = keyProblems(document, lines);
  if (wrongKeys.length > 0) return { ok: false, problems: wrongKeys.slice(0, MAX_PROBLEMS) };
  const problemAt = (path: readonly PropertyKey[], message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    const shownPath = cut(path.map(String).join('.'));
    return { path: shownPath, message: cut(message), line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (value === null || value === undefined)
      return { ok: false, problems: [{ path: '', message: 'the configuration is empty', line: 1, column: 1 }] };
    if (!isMap(document.contents))
      return { ok: false, problems: [problemAt([], 'expected keys and values at the top, found something else')] };
    return { ok: true, document: { value, problemAt } };
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '', message: cut(`not usable YAML: ${(error as Error).message}`), line: 1, column: 1 }],
    };
  }
}

/** Where the value of a path begins, or its nearest parent in the text. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length).map(String), true);
    if (isNode(node) && (node as Node).range) return (node as Node).range?.[0] ?? 0;
  }
  return 0;
}

function clampLine(line: number, text: string): number {
  return Math.min(Math.max(line, 1), text.split('\n').length);
}

const MAX_TEXT_LENGTH = 500;

/** Shortens quoted names and values: a message must not repeat a whole text. */
function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
