import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../../../src/init/compose/env-file.ts';

function entries(text: string, format?: 'raw') {
  return Object.fromEntries(parseEnvFile(text, format).entries.map(({ name, value }) => [name, value]));
}

describe('a file of variables', () => {
  it('is read by the rules of Compose', () => {
    const text = [
      '# comment',
      'VAR=VAL',
      'export EXPORTED=1',
      '  SPACED = a b  ',
      'COMMENTED=VAL # comment',
      'NOT=VAL# not a comment',
      'QUOTED="VAL # not a comment" # comment',
      "SINGLE='$OTHER'",
      "ESCAPED='Let\\'s go!'",
      'JSON="{\\"hello\\": \\"json\\"}"',
      'TAB="some\\tvalue"',
      'NO_TAB=some\\tvalue',
      'EMPTY=',
      'YAML: value',
      'FROM_SHELL',
      'LINES="one',
      'two"',
      'URL=https://x?a=b',
    ].join('\r\n');
    expect(entries(text)).toEqual({
      VAR: 'VAL',
      EXPORTED: '1',
      SPACED: 'a b',
      COMMENTED: 'VAL',
      NOT: 'VAL# not a comment',
      QUOTED: 'VAL # not a comment',
      SINGLE: '$$OTHER',
      ESCAPED: "Let's go!",
      JSON: '{"hello": "json"}',
      TAB: 'some\tvalue',
      NO_TAB: 'some\\tvalue',
      EMPTY: '',
      YAML: 'value',
      FROM_SHELL: undefined,
      LINES: 'one\ntwo',
      URL: 'https://x?a=b',
    });
  });

  it('has values as they stand there, where it is raw', () => {
    expect(entries('A="$x" # c\nB=\n', 'raw')).toEqual({ A: '"$$x" # c', B: '' });
  });

  it('has the line of each, and of what is wrong', () => {
    const { entries: found, problems } = parseEnvFile('A="1\n2"\nB=1\n=x\nC d\nD="open\n');
    expect(found.map(({ name, line }) => [name, line])).toEqual([
      ['A', 1],
      ['B', 3],
    ]);
    expect(problems).toEqual([
      { line: 4, message: 'is no line of the form NAME=value' },
      { line: 5, message: 'has something else than = behind C' },
      { line: 6, message: 'the value of D has no closing quote' },
    ]);
  });
});
