import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { ConfigProblem } from '../model.ts';
import { keyProblems, textProblem } from './document-limits.ts';
import { dataOf, UnusableYaml } from './yaml-data.ts';
import { aliasTargets, offsetOf, sourceText } from './yaml-nodes.ts';

/** Most problems that are reported of one text. */
export const MAX_PROBLEMS = 100;

export interface ConfigDocument {
  readonly value: unknown;
  /** The same, with every scalar as it stands in the file: `1.10` and not 1.1. */
  readonly texts: unknown;
  /** A problem at the position of a path, or of its nearest parent in the text. */
  problemAt(path: readonly PropertyKey[], message: string, what?: 'key' | 'value'): ConfigProblem;
}

export type ReadDocument =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * YAML or JSON text as plain data, with the position of every value.
 *
 * @param file named by problems, where it is not the one that everybody thinks of
 */
export function readDocument(text: string, file?: string): ReadDocument {
  const read = readText(text);
  if (file === undefined) return read;
  if (!read.ok) return { ok: false, problems: read.problems.map((problem) => ({ ...problem, file })) };
  const { document } = read;
  const problemAt: ConfigDocument['problemAt'] = (...about) => ({ ...document.problemAt(...about), file });
  return { ok: true, document: { ...document, problemAt } };
}

function readText(text: string): ReadDocument {
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
  const targets = aliasTargets(document);
  const placed = (path: readonly PropertyKey[], message: string, offset: number): ConfigProblem => {
    const { line, col } = lines.linePos(offset);
    const shownPath = cut(path.map(String).join('.'));
    return { path: shownPath, message: cut(message), line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refusal = (message: string, offset = 0): ReadDocument => ({
    ok: false,
    problems: [placed([], message, offset)],
  });
  const { contents } = document;
  try {
    const value = dataOf(contents, targets, (scalar) => scalar.value);
    if (value === null || value === undefined) return refusal('the configuration is empty');
    if (!isMap(contents)) return refusal('expected keys and values at the top, found something else');
    return {
      ok: true,
      document: {
        value,
        texts: dataOf(contents, targets, sourceText),
        problemAt: (path, message, what = 'value') => placed(path, message, offsetOf(document, targets, path, what)),
      },
    };
  } catch (error) {
    if (!(error instanceof UnusableYaml)) throw error;
    return refusal(`not usable YAML: ${error.message}`, isNode(error.node) ? error.node.range?.[0] : undefined);
  }
}

function clampLine(line: number, text: string): number {
  return Math.min(Math.max(line, 1), text.split('\n').length);
}

const MAX_TEXT_LENGTH = 500;

/** Shortens quoted names and values: a message must not repeat a whole text. */
function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
