import { compileWildcard, type PathExpression } from './wildcard.ts';

export { BadPattern } from './wildcard.ts';

/**
 * Wildcards of COPY and ADD: the rules of Go's `filepath.Match`, where `*` and `?` never match a slash and `**` is no more
 * than `*`. Source: https://docs.docker.com/reference/dockerfile/#pattern-matching, https://pkg.go.dev/path/filepath#Match
 * @throws BadPattern
 */
export function matchExpression(pattern: string): PathExpression {
  return compileWildcard(pattern);
}

/**
 * Patterns of ignore files, `--exclude` and `--parents`: `filepath.Match`, and `**` for any number of folders.
 * The corners are those of https://github.com/moby/patternmatcher: a leading `**` before plain text matches the end of a
 * name (`**file` matches `xfile`), elsewhere it matches whole folders; at the end it matches everything below.
 * @throws BadPattern
 */
export function deepExpression(pattern: string): PathExpression {
  return compileWildcard(pattern, { deep: true });
}

/** True when the text has a wildcard that is not escaped. */
export function hasWildcard(pattern: string): boolean {
  return /^(?:[^*?[\\]|\\.)*[*?[]/s.test(pattern);
}

/** The text without the backslashes that escape its characters. */
export function unescapePattern(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}
