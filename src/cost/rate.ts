import { compare, type Decimal, decimal, isZero, least, minus, plus, times, ZERO } from '../domain/cost/decimal.ts';
import type { Meter } from '../domain/cost/meter.ts';
import type { PriceItem } from '../domain/cost/price.ts';

/** What one meter costs in one region, by how much of it is used. */
export interface Rate {
  /** The first unit that is not free. */
  readonly price: Decimal;
  /** From so many units on, rising; the first one from 0. */
  readonly tiers: readonly { readonly from: Decimal; readonly price: Decimal }[];
}

/**
 * Its prices among all; undefined where there are none.
 *
 * @throws AmbiguousPrice where the same units have two prices
 */
export function rateOf(meter: Meter, region: string, items: readonly PriceItem[]): Rate | undefined {
  const found = items.filter((item) => isOf(item, meter, region));
  if (found.length === 0) return undefined;
  const tiers = [...Map.groupBy(found, ({ from }) => decimalKey(from)).values()]
    .map((same) => ({ from: decimal(same[0]?.from ?? '0'), price: onlyPrice(same, meter) }))
    .sort((one, other) => compare(one.from, other.from));
  const price = tiers.find((tier) => !isZero(tier.price))?.price ?? ZERO;
  return { price, tiers };
}

/** A wrong price is worse than none. */
export class AmbiguousPrice extends Error {
  override readonly name = 'AmbiguousPrice';
}

/** What so many units cost: each slice at its own price. */
export function costOf(quantity: Decimal, { tiers }: Rate): Decimal {
  return tiers.reduce((total, { from, price }, index) => {
    const upTo = tiers[index + 1]?.from;
    const end = upTo ? least(quantity, upTo) : quantity;
    return compare(end, from) > 0 ? plus(total, times(minus(end, from), price)) : total;
  }, ZERO);
}

function isOf(item: PriceItem, { service, product, sku, name, unit }: Meter, region: string): boolean {
  return (
    isSame(item.service, service) &&
    isSame(item.product, product) &&
    (sku === undefined || isSame(item.sku, sku)) &&
    isSame(item.meter, name) &&
    isSame(item.unit, unit) &&
    isSame(item.region, region)
  );
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function decimalKey(text: string): string {
  const { units, scale } = decimal(text);
  return String(Number(units) / 10 ** scale);
}

/** The newest of them: Azure keeps telling prices that were replaced. */
function onlyPrice(same: readonly PriceItem[], { name }: Meter): Decimal {
  const newest = same.reduce((last, { since }) => (since > last ? since : last), '');
  const prices = same.filter(({ since }) => since === newest).map(({ price }) => decimal(price));
  const [first = ZERO, ...others] = prices;
  if (others.some((other) => compare(other, first) !== 0)) throw new AmbiguousPrice(`${name} has more than one price`);
  return first;
}
