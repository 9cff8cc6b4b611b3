import { describe, expect, it } from 'vitest';
import { decimal, decimalText, dividedBy, plus, rounded, shortText, times } from '../../../src/domain/cost/decimal.ts';
import { changeText, moneyOf, moneyText } from '../../../src/domain/cost/money.ts';

describe('decimals', () => {
  it.each([
    ['3e-06', '0.000003'],
    [0.000024, '0.000024'],
    ['1e3', '1000'],
    ['-0.50', '-0.50'],
  ])('are what a document says: %s', (value, text) => {
    expect(decimalText(decimal(value))).toBe(text);
  });

  it('are exact where floating-point numbers are not', () => {
    expect(decimalText(plus(decimal(0.1), decimal(0.2)))).toBe('0.3');
    expect(shortText(times(decimal('0.1'), decimal('3.0')))).toBe('0.3');
  });

  it.each([
    ['1.005', '1.01'],
    ['-1.005', '-1.01'],
    ['2.004999', '2.00'],
    ['7', '7.00'],
  ])('are rounded half away from zero: %s', (value, text) => {
    expect(decimalText(rounded(decimal(value), 2))).toBe(text);
  });

  it('are divided to as many digits as are asked for', () => {
    expect(decimalText(dividedBy(decimal(730), decimal(24), 1))).toBe('30.4');
    expect(decimalText(dividedBy(decimal(-1), decimal('0.3'), 3))).toBe('-3.333');
  });

  it.each(['', 'a', 'NaN', 'Infinity', '1,5'])('are nothing else: %j', (text) => {
    expect(() => decimal(text)).toThrow('no decimal number');
  });
});

describe('money', () => {
  it('is told in its currency, a change with its sign', () => {
    expect(moneyText('1234.50', 'EUR')).toBe('€1,234.50');
    expect([changeText('41.20', 'EUR'), changeText('-3.00', 'USD'), changeText('0.00', 'USD')]).toEqual([
      '+€41.20',
      '-$3.00',
      '$0.00',
    ]);
  });

  it('has as many digits as the smallest coin', () => {
    expect(moneyOf(decimal('1234.5'), 'JPY')).toBe('1235');
    expect(moneyOf(decimal('1234.5'), 'CHF')).toBe('1234.50');
  });
});
