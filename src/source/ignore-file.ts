import { posix } from 'node:path';
import { BadPattern } from './glob.ts';
import { type PathPatterns, pathPatterns } from './path-patterns.ts';

export interface IgnoreFile extends PathPatterns {
  /** Lines that Docker refuses. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Reads the text of a `.dockerignore`. Comments are lines that begin with `#`; white space around a pattern, a leading
 * slash and `.`-segments do not count. Sources: https://docs.docker.com/build/concepts/context/#dockerignore-files and
 * https://github.com/moby/patternmatcher (`ignorefile`).
 */
export function parseIgnoreFile(text: string): IgnoreFile {
  const problems: { line: number; message: string }[] = [];
  const patterns: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const pattern = line.startsWith('#') ? '' : cleanPattern(line.trim());
    if (pattern === '') continue;
    try {
      pathPatterns([pattern]);
      patterns.push(pattern);
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      problems.push({ line: index + 1, message: `not a pattern: ${error.message}` });
    }
  }
  return { ...pathPatterns(patterns), problems };
}

function cleanPattern(text: string): string {
  const takesBack = text.startsWith('!');
  const pattern = takesBack ? text.slice(1).trim() : text;
  if (pattern === '') return text;
  const clean = posix.normalize(pattern).replace(/(?<=.)\/+$/, '');
  return `${takesBack ? '!' : ''}${clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean}`;
}
