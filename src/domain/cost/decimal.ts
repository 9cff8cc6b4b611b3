/** An exact decimal number: `units` of 10 to the power of minus `scale`. Money is never a floating-point number. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

export const ZERO: Decimal = { units: 0n, scale: 0 };

/**
 * Of a number its shortest decimal form counts, which is what a JSON document had (`3e-06`).
 *
 * @throws Error for what is no finite decimal number
 */
export function decimal(value: number | string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(String(value)) ?? [];
  if (sign === undefined) throw new Error(`${value} is no decimal number`);
  const scale = fraction.length - Number(exponent);
  const units = BigInt(`${sign}${whole}${fraction}`);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

export function plus(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale);
  return { units: unitsAt(one, scale) + unitsAt(other, scale), scale };
}

export function minus(one: Decimal, other: Decimal): Decimal {
  return plus(one, { ...other, units: -other.units });
}

export function times(one: Decimal, other: Decimal): Decimal {
  return { units: one.units * other.units, scale: one.scale + other.scale };
}

/** One of which nothing is known but how it compares: negative, 0 or positive. */
export function compare(one: Decimal, other: Decimal): number {
  const { units } = minus(one, other);
  if (units === 0n) return 0;
  return units < 0n ? -1 : 1;
}

export function least(one: Decimal, other: Decimal): Decimal {
  return compare(one, other) <= 0 ? one : other;
}

export function isZero({ units }: Decimal): boolean {
  return units === 0n;
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce(plus, ZERO);
}

/** The quotient, rounded half away from zero. */
export function dividedBy(one: Decimal, divisor: Decimal, digits: number): Decimal {
  const numerator = one.units * 10n ** BigInt(digits + divisor.scale);
  const denominator = divisor.units * 10n ** BigInt(one.scale);
  return { units: roundedQuotient(numerator, denominator), scale: digits };
}

/** Rounded half away from zero, as bills are. */
export function rounded(value: Decimal, digits: number): Decimal {
  if (value.scale <= digits) return { units: unitsAt(value, digits), scale: digits };
  return { units: roundedQuotient(value.units, 10n ** BigInt(value.scale - digits)), scale: digits };
}

/** `0.05`, `-12.4`: without an exponent and with as many digits as the scale says. */
export function decimalText({ units, scale }: Decimal): string {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  if (scale === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The same without zeros at the end. */
export function shortText(value: Decimal): string {
  const text = decimalText(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function unitsAt({ units, scale }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const isNegative = numerator < 0n !== denominator < 0n;
  const [above, below] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const quotient = (2n * above + below) / (2n * below);
  return isNegative ? -quotient : quotient;
}
