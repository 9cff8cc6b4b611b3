import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from './model.ts';

/** Larger texts and deeper nesting are refused before they cost anything. */
const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_ALIASES = 100;

export interface ConfigDocument {
  readonly value: unknown;
  /** A problem at the place of a path, or of its nearest parent that is written. */
  problemAt(path: readonly PropertyKey[], message: string): ConfigProblem;
}

export type ReadDocument =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** YAML or JSON text as plain data that knows where everything stood. */
export function readDocument(text: string): ReadDocument {
  const early = sizeProblem(text) ?? depthProblem(text);
  if (early) return { ok: false, problems: [early] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { path: '', message: `not valid YAML: ${message}`, line: clampLine(line, text), column: Math.max(col, 1) };
    });
    return { ok: false, problems };
  }
  const problemAt = (path: readonly PropertyKey[], message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { path: path.map(String).join('.'), message, line: Math.max(line, 1), column: Math.max(col, 1) };
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
      problems: [{ path: '', message: `not usable YAML: ${(error as Error).message}`, line: 1, column: 1 }],
    };
  }
}

function sizeProblem(text: string): ConfigProblem | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_BYTES
    ? { path: '', message: `the text has ${bytes} bytes; at most ${MAX_BYTES} are allowed`, line: 1, column: 1 }
    : undefined;
}

/** Counts brackets, and dashes that open lists within lists, without parsing: a parser may not survive a million of them. */
function depthProblem(text: string): ConfigProblem | undefined {
  let depth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const dashes = /^\s*((?:[-?:]\s+)+)/.exec(line)?.[1]?.replaceAll(/\s/g, '').length ?? 0;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    for (const character of line) {
      if (character === '[' || character === '{') depth += 1;
      else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
      if (depth > MAX_DEPTH) break;
    }
    if (depth > MAX_DEPTH || dashes > MAX_DEPTH || indent > MAX_DEPTH * 8) {
      return {
        path: '',
        message: `nested too deeply; at most ${MAX_DEPTH} levels are allowed`,
        line: index + 1,
        column: 1,
      };
    }
  }
  return undefined;
}

/** Where the value of a path begins, or the nearest parent that is there. */
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
