import { BadPattern, deepExpression, hasWildcard } from './glob.ts';
import type { PathExpression } from './wildcard.ts';

/** A list of patterns as ignore files and `--exclude` have it: the last one that matches wins, `!` takes back. */
export interface PathPatterns {
  /** True when the path, or a folder that it lies in, is matched and not taken back. */
  matches(path: string): boolean;
  /** False when nothing below this matched folder can be taken back, so that nobody needs to look there. */
  mayTakeBackBelow(folder: string): boolean;
}

interface Pattern {
  readonly takesBack: boolean;
  readonly folders: readonly string[];
  readonly expression: PathExpression;
}

/**
 * The order and the meaning are those of https://github.com/moby/patternmatcher.
 * @throws BadPattern for a pattern that Docker refuses
 */
export function pathPatterns(patterns: readonly string[]): PathPatterns {
  const parsed = patterns.map(parsePattern);
  const exceptions = parsed.filter(({ takesBack }) => takesBack);
  return {
    matches(path) {
      const ways = pathAndParents(path);
      let matched = false;
      for (const { takesBack, expression } of parsed) {
        if (takesBack === matched && ways.some((way) => expression.test(way))) matched = !takesBack;
      }
      return matched;
    },
    mayTakeBackBelow(folder) {
      const parts = folder.split('/');
      return exceptions.some(({ folders }) => {
        for (const [index, part] of parts.entries()) {
          const wanted = folders[index];
          if (wanted === undefined || wanted.includes('**')) return true;
          if (!hasWildcard(wanted) && !wanted.includes('\\') && wanted !== part) return false;
        }
        return true;
      });
    },
  };
}

function parsePattern(text: string): Pattern {
  const takesBack = text.startsWith('!');
  const pattern = (takesBack ? text.slice(1) : text).replace(/(?<=.)\/+$/, '');
  if (pattern === '') throw new BadPattern('! with nothing behind it');
  return { takesBack, folders: pattern.split('/'), expression: deepExpression(pattern) };
}

function pathAndParents(path: string): readonly string[] {
  const ways = [path];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) ways.push(path.slice(0, end));
  return ways;
}
