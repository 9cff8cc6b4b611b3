import { describe, expect, it } from 'vitest';
import { parseTimeSpan } from '../../../src/runtime/timer/time-span.ts';
import { parseNcrontab } from '../../../src/shared/ncrontab.ts';

describe('an NCRONTAB expression', () => {
  it.each([
    ['0 */5 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z'],
    ['0 */5 * * * *', '2026-01-01T00:04:59.999Z', '2026-01-01T00:05:00Z'],
    ['*/10 * * * * *', '2026-01-01T00:00:51Z', '2026-01-01T00:01:00Z'],
    ['5,10 * * * * *', '2026-01-01T00:00:05Z', '2026-01-01T00:00:10Z'],
    ['0 0 * * * *', '2026-01-01T23:00:00Z', '2026-01-02T00:00:00Z'],
    ['0 0 9-17 * * *', '2026-01-01T17:00:00Z', '2026-01-02T09:00:00Z'],
    ['0 0 9-17/4 * * *', '2026-01-01T09:00:00Z', '2026-01-01T13:00:00Z'],
    ['0 20/20 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:20:00Z'],
    ['0 30 9 * * Mon-Fri', '2026-01-02T10:00:00Z', '2026-01-05T09:30:00Z'],
    ['0 0 0 1 Jan,JUL *', '2026-01-01T00:00:00Z', '2026-07-01T00:00:00Z'],
    ['0 0 0 31 * *', '2026-01-31T00:00:00Z', '2026-03-31T00:00:00Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 0 29 2 1', '2026-01-01T00:00:00Z', '2044-02-29T00:00:00Z'],
    ['0 0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00Z'],
    ['0 0 0 * january sunday', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['59 59 23 31 12 *', '2026-12-31T23:59:59Z', '2027-12-31T23:59:59Z'],
  ])('%s after %s is %s', (expression, after, expected) => {
    expect(parseNcrontab(expression).next(new Date(after))).toEqual(new Date(expected));
  });

  it('has no time for a day that never comes', () => {
    expect(parseNcrontab('0 0 0 31 2 *').next(new Date('2026-01-01T00:00:00Z'))).toBeUndefined();
  });

  it.each([
    '* * * * *',
    '* * * * * * *',
    '60 * * * * *',
    '0 0 24 * * *',
    '0 0 0 0 * *',
    '0 0 0 * 13 *',
    '0 0 0 * * 7',
    '0 0 0 L * *',
    '0 0 0 ? * *',
    '0 0 0 * * 5#2',
    '*/0 * * * * *',
    '5-1 * * * * *',
    '0 1, * * * *',
    '-1 * * * * *',
    '0 0 0 * nosuch *',
  ])('is refused: %s', (expression) => {
    expect(() => parseNcrontab(expression)).toThrow();
  });
});

describe('a time span', () => {
  it.each([
    ['00:00:01', 1000],
    ['01:30:00', 5_400_000],
    ['1.00:00:00', 86_400_000],
    ['00:10', 600_000],
    ['00:00:01.5', 1500],
    ['24:00:00', undefined],
    ['00:60:00', undefined],
    ['10', undefined],
    ['0 * * * * *', undefined],
  ])('%s is %s ms', (text, expected) => {
    expect(parseTimeSpan(text)).toBe(expected);
  });
});
