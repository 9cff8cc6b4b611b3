import { describe, expect, it } from 'vitest';
import { filled, parseTemplate, variablesIn } from '../../../../src/init/compose/template.ts';

const VALUES: Readonly<Record<string, string>> = { A: 'a', EMPTY: '' };

function fill(text: string) {
  const template = parseTemplate(text);
  if (!template.ok) return template.problem;
  const { text: made, unset, problems } = filled(template.parts, (name) => VALUES[name]);
  return problems[0] ?? [made, ...unset].join('|');
}

describe('a text of a Compose file', () => {
  it.each([
    ['plain', 'plain'],
    ['$A-${A}', 'a-a'],
    ['$$A $${A}', '$A ${A}'],
    ['$1 $ $-', '$1 $ $-'],
    ['${NONE}!', '!|NONE'],
    ['${NONE:-d}${EMPTY:-e}${EMPTY-f}', 'de'],
    ['${NONE-d}', 'd'],
    ['${A:+there}${NONE:+there}${EMPTY+there}${EMPTY:+there}', 'therethere'],
    ['${NONE:-${OTHER:-${A}}}', 'a'],
    ['${NONE:?say it}', 'the variable NONE is not set: say it'],
    ['${EMPTY?}', ''],
    ['${EMPTY:?}', 'the variable EMPTY is not set: it is required'],
  ])('%s is filled in as Compose does', (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  it.each(['${', '${}', '${1}', '${A', '${A/b/c}', '${{secrets.X}}', `${'${A:-'.repeat(30)}x${'}'.repeat(30)}`])(
    '%s is none',
    (text) => {
      expect(parseTemplate(text).ok).toBe(false);
    },
  );

  it('names its variables, also those within others', () => {
    const template = parseTemplate('$A ${B:-${C}} $$D');
    expect(template.ok && variablesIn(template.parts)).toEqual(['A', 'B', 'C']);
  });
});
