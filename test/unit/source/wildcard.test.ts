import { describe, expect, it } from 'vitest';
import { BadPattern, compileWildcard } from '../../../src/source/wildcard.ts';

const matching = (pattern: string, path: string, deep = false): boolean =>
  compileWildcard(pattern, { deep }).test(path);

describe('a wildcard', () => {
  it.each([
    ['*.ts', 'a.ts', true],
    ['*.ts', 'a/b.ts', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['[\\]]', ']', true],
    ['[z-a]', 'b', false],
    ['**', 'a/b', false],
    ['😀?', '😀é', true],
  ])('%s on %s', (pattern, path, expected) => {
    expect(matching(pattern, path)).toBe(expected);
  });

  it.each([
    ['**', 'a/b/c', true],
    ['**/x', 'x', true],
    ['**/x', 'a/b/x', true],
    ['**/x', 'ax', false],
    ['**x', 'a/bx', true],
    ['a/**', 'a/b/c', true],
    ['a/**/c', 'a/c', true],
    ['a/**/c', 'a/b/b/c', true],
    ['a/**/c', 'a/bc', false],
  ])('%s on %s across folders', (pattern, path, expected) => {
    expect(matching(pattern, path, true)).toBe(expected);
  });

  it.each(['[', '[a', '[]', '[^]', '[a-', '[a-]', '[-a]', 'a\\', '[\\'])('%s is none', (pattern) => {
    expect(() => compileWildcard(pattern)).toThrow(BadPattern);
  });

  it('with many stars takes no more than a step for each of its places and each character', () => {
    // As a regular expression these took longer than anybody waits.
    expect(matching('*a'.repeat(40), 'a'.repeat(400).concat('b'))).toBe(false);
    expect(matching('**/'.repeat(40).concat('x'), 'a/'.repeat(400).concat('b'), true)).toBe(false);
  });
});
