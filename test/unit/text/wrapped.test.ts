import { expect, it } from 'vitest';
import { wrapped } from '../../../src/text/wrapped.ts';

it.each([
  ['short', 'short'],
  ['one two three', 'one two\nthree'],
  ['  one two three', '  one\n  two\n  three'],
  ['a\n\n b', 'a\n\n b'],
  ['averyverylongword and', 'averyverylongword\nand'],
  ['', ''],
])('%j in lines of eight characters', (text, expected) => {
  expect(wrapped(text, 8)).toBe(expected);
});
