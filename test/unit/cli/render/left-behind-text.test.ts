import { describe, expect, it } from 'vitest';
import { ageText, leftBehindLines } from '../../../../src/cli/render/left-behind-text.ts';

const NOW = new Date('2026-05-31T12:00:00.000Z');
const SERVER = {
  name: 'postgresql@old',
  id: '/x/old',
  type: 't',
  holdsData: true,
  below: ['postgresql:database@old.shop'],
};

describe('what is left behind', () => {
  it.each([
    ['2026-05-31T11:00:00.000Z', 'since today'],
    ['2026-06-30T11:00:00.000Z', 'since today'],
    ['2026-05-30T11:00:00.000Z', 'for 1 day'],
    ['2026-05-01T00:00:00.000Z', 'for 30 days'],
    ['2026-04-30T13:00:00.000Z', 'for 1 month'],
    ['2026-05-03T00:00:00.000Z', 'for 28 days'],
    ['2026-03-31T12:00:00.000Z', 'for 2 months'],
    ['2026-03-31T12:00:00.001Z', 'for 1 month'],
    ['2025-05-31T12:00:00.000Z', 'for 12 months'],
  ])('is so from %s on: %s', (since, text) => {
    expect(ageText(new Date(since), NOW)).toBe(text);
  });

  it('is listed with its age, what it holds, and both commands', () => {
    expect(leftBehindLines([{ ...SERVER, since: '2026-03-02T00:00:00.000Z' }], NOW)).toEqual([
      'Left behind (on Azure, and no longer in the configuration):',
      '  ? postgresql@old  for 2 months; holds data; with postgresql:database@old.shop',
      '      remove it:  draftgenie-deploy destroy --left-behind postgresql@old',
      '      let it go:  draftgenie-deploy state forget postgresql@old',
    ]);
  });

  it('has no age where an earlier version recorded it', () => {
    expect(leftBehindLines([{ ...SERVER, holdsData: false, below: [] }], NOW)[1]).toBe('  ? postgresql@old');
  });

  it('is nothing, most of the time', () => {
    expect(leftBehindLines([], NOW)).toEqual([]);
  });
});
