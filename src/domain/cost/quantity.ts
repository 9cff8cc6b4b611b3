import type { Assumptions } from './assumptions.ts';
import { type Decimal, decimal, dividedBy, times } from './decimal.ts';
import type { Meter, MeterQuantity, MeterUse } from './meter.ts';

const SECONDS_PER_HOUR = decimal(3600);
const HOURS_PER_DAY = decimal(24);

/** A month of 730 hours has 30.4 days, as Azure's own pages round it. */
export function daysOf({ hours }: Pick<Assumptions, 'hours'>): Decimal {
  return dividedBy(decimal(hours), HOURS_PER_DAY, 1);
}

export function secondsOf(hours: number): Decimal {
  return times(decimal(hours), SECONDS_PER_HOUR);
}

/** A meter that is told in units of so many. */
export function perUnits(amount: number, size: number): Decimal {
  return dividedBy(decimal(amount), decimal(size), 6);
}

/** The product of numbers, exact. */
export function product(...factors: readonly (number | Decimal)[]): Decimal {
  return factors.map((factor) => (typeof factor === 'number' ? decimal(factor) : factor)).reduce(times, decimal(1));
}

/** A use of one meter alone, under however many names. */
export function use(
  kind: MeterUse['kind'],
  what: string,
  meters: Meter | readonly Meter[],
  quantity: Decimal,
  more: { readonly most?: Decimal; readonly grant?: MeterUse['grant'] } = {},
): MeterUse {
  const { most, grant } = more;
  const of = (meter: Meter): MeterQuantity => ({ meter, quantity, ...(most && { most }) });
  return { kind, what, meters: [meters].flat().map(of), ...(grant && { grant }) };
}
