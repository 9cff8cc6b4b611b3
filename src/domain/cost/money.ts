import { type Decimal, decimalText, rounded } from './decimal.ts';

const FORMATS = new Map<string, Intl.NumberFormat>();

function format(currency: string, signDisplay: 'auto' | 'exceptZero'): Intl.NumberFormat {
  const key = `${currency} ${signDisplay}`;
  const known =
    FORMATS.get(key) ??
    new Intl.NumberFormat('en', { style: 'currency', currency, signDisplay, currencyDisplay: 'symbol' });
  FORMATS.set(key, known);
  return known;
}

/** How many digits the smallest coin of a currency has: none of the yen. */
function digitsOf(currency: string): number {
  return format(currency, 'auto').resolvedOptions().maximumFractionDigits ?? 2;
}

/** As plans keep it: `41.20`. */
export function moneyOf(amount: Decimal, currency: string): string {
  return decimalText(rounded(amount, digitsOf(currency)));
}

/** For people: `€41.20`. */
export function moneyText(amount: string, currency: string): string {
  return format(currency, 'auto').format(amount as `${number}`);
}

/** For people: `+€41.20`. */
export function changeText(amount: string, currency: string): string {
  return format(currency, 'exceptZero').format(amount as `${number}`);
}
