import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asOneEntry, isReadByRunner, shownText } from '../../../src/shared/shown-text.ts';

describe('text of others', () => {
  it.each([
    ['a title', '\u001b]0;pwned\u0007ok', '\\u001b]0;pwned\\u0007ok'],
    ['a cleared screen', '\u001b[2J\u001b[H✓ SUCCEEDED', '\\u001b[2J\\u001b[H✓ SUCCEEDED'],
    ['an overwritten line', 'failed\rSUCCEEDED', 'failed\\u000dSUCCEEDED'],
    ['codes of one byte', '\u009b31mred', '\\u009b31mred'],
    ['a text that is turned around', 'a\u202eb', 'a\\u202eb'],
    ['an erased word', 'bad\b\b\bgood', 'bad\\u0008\\u0008\\u0008good'],
    ['lines of Windows', 'a\r\nb', 'a\nb'],
    ['what is none of it', 'ä ✓\t中\n🙂', 'ä ✓\t中\n🙂'],
  ])('shows %s', (_what, text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it.each([
    ['::set-output name=a::b', '\\u003a:set-output name=a::b'],
    ['  ::add-mask::x', '  \\u003a:add-mask::x'],
    ['ok\n::error::x', 'ok\n\\u003a:error::x'],
    ['::STOP-COMMANDS::x', '\\u003a:STOP-COMMANDS::x'],
    ['[api] ##[error]x', '[api] \\u0023#[error]x'],
    ['x ##vso[task.setvariable variable=a]b', 'x \\u0023#vso[task.setvariable variable=a]b'],
    ['listening on ::1 and a::b', 'listening on ::1 and a::b'],
    ['## title', '## title'],
  ])('has no command where lines are read as commands: %s', (text, shown) => {
    expect(shownText(text, { hasCommands: true })).toBe(shown);
    expect(shownText(text)).toBe(text);
  });

  it('leaves JSON what it says', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('##[a]', '::b::', '\u009b', '\u2028'));
    fc.assert(
      fc.property(fc.array(anything), (texts) => {
        const line = shownText(JSON.stringify({ texts }), { hasCommands: true });
        expect(JSON.parse(line)).toEqual({ texts });
      }),
    );
  });

  it('that goes over several lines is one entry', () => {
    expect(asOneEntry('a\n✓ b')).toBe('a\n      ✓ b');
  });
});

it('runners are known by their variables', () => {
  expect([{ GITHUB_ACTIONS: 'true' }, { TF_BUILD: 'True' }, {}].map(isReadByRunner)).toEqual([true, true, false]);
});
