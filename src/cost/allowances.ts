import {
  compare,
  type Decimal,
  isZero,
  least,
  minus,
  plus,
  shortText,
  sum,
  times,
  ZERO,
} from '../domain/cost/decimal.ts';
import type { MeterUse } from '../domain/cost/meter.ts';
import type { PricedUse } from './priced-use.ts';
import { costOf } from './rate.ts';

/** What comes off, or goes on, once for all resources together. */
export interface Allowance {
  readonly what: string;
  readonly fixed: Decimal;
  readonly use: Decimal;
}

/** Of all uses of one side. */
export function allowancesOf(uses: readonly PricedUse[]): readonly Allowance[] {
  return [...tiered(uses), ...granted(uses)].filter(({ fixed, use }) => !isZero(plus(fixed, use)));
}

/** Meters of which the first units are free, or later ones cheaper. */
function tiered(uses: readonly PricedUse[]): readonly Allowance[] {
  const byMeter = Map.groupBy(
    uses.filter(({ rate }) => rate.tiers.length > 1),
    ({ meter, region }) => [region, meter.service, meter.product, meter.sku, meter.name].join('\n'),
  );
  return [...byMeter.values()].map((same) => {
    const [first] = same as [PricedUse];
    const exact = costOf(sum(same.map(({ quantity }) => quantity)), first.rate);
    const off = minus(exact, sum(same.map(({ amount }) => amount)));
    const kind = first.use.kind;
    return allowance(`${first.meter.name}: what is free, or has another price by quantity`, kind, off);
  });
}

/** What is granted takes from the cheapest units first, since Azure does not say from which, and less is saved so. */
function granted(uses: readonly PricedUse[]): readonly Allowance[] {
  // Where the prices themselves begin with free units, these are the grant.
  const charged = uses.filter(({ use, rate }) => use.grant && !isZero(rate.tiers[0]?.price ?? ZERO));
  const byPool = Map.groupBy(charged, ({ use }) => use.grant?.pool ?? '');
  return [...byPool].map(([pool, same]) => {
    const { amount = ZERO, per = 'subscription' } = same[0]?.use.grant ?? {};
    const cheapest = [...same].sort((one, other) => compare(one.rate.price, other.rate.price));
    let left = amount;
    let total: Allowance = { what: `${grouped(amount)} ${pool}, free once per ${per}`, fixed: ZERO, use: ZERO };
    for (const { quantity, rate, use } of cheapest) {
      const free = least(left, quantity);
      left = minus(left, free);
      total = { ...total, [use.kind]: minus(total[use.kind], times(free, rate.price)) };
    }
    return total;
  });
}

function allowance(what: string, kind: MeterUse['kind'], off: Decimal): Allowance {
  return { what, fixed: kind === 'fixed' ? off : ZERO, use: kind === 'use' ? off : ZERO };
}

function grouped(amount: Decimal): string {
  return new Intl.NumberFormat('en').format(shortText(amount) as `${number}`);
}
