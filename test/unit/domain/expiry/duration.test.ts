import { describe, expect, it } from 'vitest';
import { durationInMs, isExpiresValue, timeLeft } from '../../../../src/domain/expiry/duration.ts';

describe('how long an environment is to live', () => {
  it.each([
    ['5m', 5],
    ['30m', 30],
    ['72h', 72 * 60],
    ['7d', 7 * 24 * 60],
    ['90d', 90 * 24 * 60],
  ])('%s', (text, minutes) => {
    expect(durationInMs(text)).toBe(minutes * 60_000);
  });

  it.each(['', '4m', '91d', '0h', '-1h', '1.5h', '1h30m', '72', 'h', '72 h', '72H', '1e3h', '9999999d', '٣d'])(
    '%j is none',
    (text) => {
      expect(durationInMs(text)).toBeUndefined();
      expect(isExpiresValue(text)).toBe(false);
    },
  );

  it('may be without an end', () => {
    expect(isExpiresValue('never')).toBe(true);
  });

  it.each([
    [-1, '0 min'],
    [12 * 60_000, '12 min'],
    [185 * 60_000, '3 h 05 min'],
    [51 * 3_600_000, '2 d 3 h'],
  ])('%i ms are told as %s', (milliseconds, text) => {
    expect(timeLeft(milliseconds)).toBe(text);
  });
});
