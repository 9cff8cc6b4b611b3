import { type Decimal, times } from '../domain/cost/decimal.ts';
import type { Meter } from '../domain/cost/meter.ts';
import type { KnownPrices } from '../domain/cost/price.ts';
import type { LocatedUse } from './measure.ts';
import { AmbiguousPrice, type Rate, rateOf } from './rate.ts';

/** A use with its price. */
export interface PricedUse {
  readonly use: LocatedUse;
  readonly meter: Meter;
  readonly region: string;
  readonly rate: Rate;
  readonly quantity: Decimal;
  /** By the price of the first unit that is not free. */
  readonly amount: Decimal;
  readonly most: Decimal;
}

/** By the first of its meters that has a price; or else why it has none. */
export function pricedUse(use: LocatedUse, { items, problem }: KnownPrices): PricedUse | string {
  try {
    for (const { meter, quantity, most = quantity } of use.meters) {
      const region = meter.region ?? use.region;
      const rate = rateOf(meter, region, items);
      if (!rate) continue;
      const [amount, limit] = [times(quantity, rate.price), times(most, rate.price)];
      return { use, meter, region, rate, quantity, amount, most: limit };
    }
  } catch (error) {
    if (error instanceof AmbiguousPrice) return `${use.what}: ${error.message}`;
    throw error;
  }
  const region = use.meters[0]?.meter.region ?? use.region;
  const why = problem === undefined ? `Azure tells no price in ${region}` : `no price in ${region} is known`;
  return `${use.what}: ${why}`;
}
