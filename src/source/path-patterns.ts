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
  const ofParent = hitsOfParents(hitsOfFolders(parsed));
  return {
    matches(path) {
      const hits = ofParent(path);
      let matched = false;
      for (const [index, { takesBack, expression }] of parsed.entries()) {
        if (takesBack === matched && (hits[index] || expression.test(path))) matched = !takesBack;
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

/** Which patterns match a folder, or one that it lies in: asked once for a folder, whose files are many. */
function hitsOfFolders(patterns: readonly Pattern[]): (folder: string) => readonly boolean[] {
  const none = patterns.map(() => false);
  const known = new Map<string, readonly boolean[]>([['', none]]);
  return (folder) => {
    const unknown: string[] = [];
    // No recursion: archives come from outside, and their folders may be as deep as they like.
    for (let above = folder; !known.has(above); above = parentOf(above)) unknown.push(above);
    for (const one of unknown.toReversed()) {
      const above = known.get(parentOf(one)) ?? none;
      known.set(
        one,
        patterns.map(({ expression }, index) => above[index] === true || expression.test(one)),
      );
    }
    return known.get(folder) ?? none;
  };
}

/** The same for the folder that a path lies in, which most of the time is that of the path before. */
function hitsOfParents(ofFolder: (folder: string) => readonly boolean[]): (path: string) => readonly boolean[] {
  let folder = '';
  let hits = ofFolder(folder);
  return (path) => {
    const length = Math.max(0, path.lastIndexOf('/'));
    if (length === folder.length && path.startsWith(folder)) return hits;
    folder = path.slice(0, length);
    hits = ofFolder(folder);
    return hits;
  };
}

/** Empty: there is none. A path that begins with a slash has none by that name. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
