import { type Document, isScalar, Lexer, type LineCounter, visit } from 'yaml';
import { LIMITS } from '../../../shared/limits.ts';
import type { ConfigProblem } from '../model.ts';
import { isMergeKey, keyName } from './yaml-nodes.ts';

/** Larger texts, deeper nesting and more keys are refused before they are parsed. */
const MAX_BYTES = LIMITS.configBytes.value;
const MAX_DEPTH = LIMITS.configDepth.value;
const MAX_KEYS = LIMITS.configKeys.value;
/** Words, marks and line breaks, comments among them: a parser needs a kilobyte for each, so that a megabyte of them is more than most apps have. */
const MAX_TOKENS = LIMITS.configTokens.value;
/** Of the indentation, in columns. */
const MAX_INDENT = MAX_DEPTH * 8;

/** What is wrong with a text, found without parsing it. */
export function textProblem(text: string): ConfigProblem | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_BYTES
    ? { path: '', message: `the text has ${bytes} bytes; at most ${MAX_BYTES} are allowed`, line: 1, column: 1 }
    : tokenProblem(text);
}

/** Counts tokens, and open brackets and nested list indicators among them: a million of those can overflow the stack of a parser. */
function tokenProblem(text: string): ConfigProblem | undefined {
  let count = 0;
  let line = 1;
  let depth = 0;
  let compact = 0;
  let isScalarNext = false;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > MAX_TOKENS) {
      const message = `has more than ${MAX_TOKENS} words, marks and line breaks; comments count as well`;
      return { path: '', message, line, column: 1 };
    }
    if (isScalarNext || token === SCALAR) {
      // The text of a plain or block scalar comes after its mark, and may look like anything.
      isScalarNext = !isScalarNext;
    } else if (token === '[' || token === '{') {
      depth += 1;
    } else if ((token === ']' || token === '}') && depth > 0) {
      depth -= 1;
    } else if (token === '-' || token === '?' || token === ':') {
      compact += depth === 0 ? 1 : 0;
    }
    if (token.includes('\n')) compact = 0;
    const isIndented = token.length > MAX_INDENT && /^ +$/.test(token);
    if (depth > MAX_DEPTH || compact > MAX_DEPTH || (isIndented && depth === 0)) {
      return { path: '', message: `nested too deeply; at most ${MAX_DEPTH} levels are allowed`, line, column: 1 };
    }
    line += linesOf(token);
  }
  return undefined;
}

/** The lexer's mark before a scalar: https://eemeli.org/yaml/#lexer */
const SCALAR = '\u001F';

function linesOf(token: string): number {
  let lines = 0;
  for (let at = token.indexOf('\n'); at >= 0; at = token.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/**
 * What is wrong with the keys and texts of a parsed document: too many keys, a duplicate, or one with a meaning in JavaScript.
 * (The parser's own search for duplicates takes quadratic time.)
 */
export function keyProblems(document: Document, lines: LineCounter): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add = (offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset);
    problems.push({ path: '', message, line: Math.max(line, 1), column: Math.max(col, 1) });
  };
  let count = 0;
  visit(document, {
    Scalar(_, { value, range }) {
      if (typeof value === 'string' && !value.isWellFormed())
        add(range?.[0] ?? 0, 'half a character (a lone surrogate) is not allowed');
    },
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const offset = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
        count += 1;
        if (count > MAX_KEYS) {
          add(offset, `there are more than ${MAX_KEYS} keys`);
          return visit.BREAK;
        }
        if (!isScalar(key)) {
          add(offset, 'a key must be plain text');
          continue;
        }
        const name = isMergeKey(key) ? '<<' : keyName(key);
        if (name === '__proto__') add(offset, '__proto__ is not allowed as a key');
        if (seen.has(name)) add(offset, `not valid YAML: the key ${name.slice(0, 100)} is there twice`);
        seen.add(name);
      }
      return undefined;
    },
  });
  return problems;
}
