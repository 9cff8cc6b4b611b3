import { describe, expect, it } from 'vitest';
import { BadPattern } from '../../../src/source/glob.ts';
import { parseIgnoreFile } from '../../../src/source/ignore-file.ts';
import { pathPatterns } from '../../../src/source/path-patterns.ts';

describe('patterns of ignore files', () => {
  // The corners that https://github.com/moby/patternmatcher documents in its tests.
  it.each([
    ['**', 'dir/file', true],
    ['**/', 'file', true],
    ['dir/**', 'dir/dir2/file', true],
    ['abc/**', 'abc', false],
    ['**/dir', 'dir/file', true],
    ['**/dir2/*', 'dir/dir2/file', true],
    ['**file', 'dir/xfile', true],
    ['**/file', 'dir/xfile', false],
    ['**/file*txt', 'dir/dir/file.txt', true],
    ['**/**/*.txt2', 'dir/dir/file.txt', false],
    ['a**/*.txt', 'a/dir/file.txt', true],
    ['a/*.txt', 'a/dir/file.txt', false],
    ['a/*.txt**', 'a/file.txt', true],
    ['a[b-d]e', 'ace', true],
    ['a[^b-d]e', 'aze', true],
    ['a[\\]x]e', 'a]e', true],
    ['a[\\-x]e', 'a-e', true],
    ['.*', 'foo', false],
    ['abc.def', 'abcZdef', false],
    ['abc?def', 'abc/def', false],
    ['a\\*b', 'axb', false],
    ['a(b)c/def', 'a(b)c/def', true],
    ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
    ['a?b', 'a☺b', true],
    ['[a-ζ]*', 'α', true],
    ['src', 'src/deep/file', true],
    ['src', 'srcs/file', false],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(pathPatterns([pattern]).matches(path)).toBe(expected);
  });

  it('know a folder again for all that is in it, however deep it is', () => {
    const { matches } = pathPatterns(['a/b', '!a/b/c', 'a/b/c/d']);
    expect(['a', 'a/x', 'a/b', 'a/b/x', 'a/b/c', 'a/b/c/x', 'a/b/c/d/x', 'a/b/x', '/a/b'].map(matches)).toEqual([
      ...[false, false, true, true, false, false, true, true, false],
    ]);
    expect(matches(`a/b/${'x/'.repeat(20_000)}`)).toBe(true);
  });

  it.each(['[', 'a[]b', 'a[^]b', 'a\\', '!'])('refuse %s, which Docker refuses', (pattern) => {
    expect(() => pathPatterns([pattern])).toThrow(BadPattern);
  });

  it('know below which matched folders something may be taken back', () => {
    const patterns = pathPatterns(['*', '!src/main.ts', '!**/keep', '!lib/*/x']);
    expect(patterns.mayTakeBackBelow('src')).toBe(true);
    const exact = pathPatterns(['*', '!src/main.ts', '!lib/*/x']);
    expect(exact.mayTakeBackBelow('node_modules')).toBe(false);
    expect(exact.mayTakeBackBelow('lib/any')).toBe(true);
    expect(exact.mayTakeBackBelow('src/other')).toBe(false);
  });
});

describe('an ignore file', () => {
  it('names the line of a pattern that Docker refuses', () => {
    expect(parseIgnoreFile('a\n# [\n[b\n!\n').problems.map(({ line }) => line)).toEqual([3, 4]);
  });
});
