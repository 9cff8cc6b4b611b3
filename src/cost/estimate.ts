import { ASSUMPTION_NAMES, type Assumptions, keyOfAssumption } from '../domain/cost/assumptions.ts';
import { type Decimal, decimal, minus, plus, shortText, sum } from '../domain/cost/decimal.ts';
import type { CostComponent, CostEstimate, CostSums, ResourceCost } from '../domain/cost/estimate-schema.ts';
import type { MeterUse } from '../domain/cost/meter.ts';
import { moneyOf } from '../domain/cost/money.ts';
import type { KnownPrices } from '../domain/cost/price.ts';
import { type Allowance, allowancesOf } from './allowances.ts';
import type { MeasuredResource } from './measure.ts';
import { type PricedUse, pricedUse } from './priced-use.ts';

export interface EstimateTerms {
  readonly currency: string;
  readonly assumptions: Assumptions;
  readonly limit?: number;
}

/** Money of what was measured. Pure: equal measures and prices give an equal estimate. */
export function estimate(
  measured: readonly MeasuredResource[],
  prices: KnownPrices,
  { currency, assumptions, limit }: EstimateTerms,
): CostEstimate {
  const priced = measured.map((one) => pricedResource(one, prices));
  const [now, after] = [totals(priced, 'now'), totals(priced, 'after')];
  const money = (amount: Decimal): string => moneyOf(amount, currency);
  const { asOf, problem } = prices;
  const resources = priced.filter(({ now, after }) => now.length + after.length > 0);
  const [sumsNow, sumsAfter] = [sumsText(now, currency), sumsText(after, currency)];
  return {
    currency,
    ...(asOf !== undefined && { asOf }),
    ...(problem !== undefined && { problem }),
    now: sumsNow,
    after: sumsAfter,
    change: changeOf(sumsNow, sumsAfter, currency),
    most: money(sum(priced.flatMap((one) => one.after).map(({ most }) => most))),
    resources: resources.map((one) => resourceCost(one, currency)),
    allowances: allowanceTexts(now.allowances, after.allowances, currency),
    notPriced: priced.flatMap(notPricedOf),
    assumptions: Object.fromEntries(ASSUMPTION_NAMES.map((name) => [keyOfAssumption(name), assumptions[name]])),
    notes: notesOf({ currency, hasGrant: [...now.allowances, ...after.allowances].length > 0 }),
    ...(limit !== undefined && { limit: money(decimal(limit)) }),
  };
}

type Side = 'now' | 'after';

interface PricedResource extends Record<Side, readonly PricedUse[]> {
  readonly measured: MeasuredResource;
  /** Why some of it, or all, has no price. */
  readonly problems: readonly string[];
}

function pricedResource(measured: MeasuredResource, prices: KnownPrices): PricedResource {
  const on = (side: Side) => measured[side].uses.map((use) => pricedUse(use, prices));
  const [now, after] = [on('now'), on('after')];
  const isPriced = (one: PricedUse | string): one is PricedUse => typeof one !== 'string';
  const whole = [measured.now.notPriced, measured.after.notPriced].filter((why) => why !== undefined);
  const parts = [...now, ...after].filter((one) => typeof one === 'string');
  return {
    measured,
    now: now.filter(isPriced),
    after: after.filter(isPriced),
    problems: [...new Set([...whole, ...parts])],
  };
}

interface Totals {
  readonly fixed: Decimal;
  readonly use: Decimal;
  readonly allowances: readonly Allowance[];
}

function totals(resources: readonly PricedResource[], side: Side): Totals {
  const uses = resources.flatMap((one) => one[side]);
  const allowances = allowancesOf(uses);
  const of = (kind: MeterUse['kind']): Decimal => plus(amountOf(uses, kind), sum(allowances.map((one) => one[kind])));
  return { fixed: of('fixed'), use: of('use'), allowances };
}

function amountOf(uses: readonly PricedUse[], kind: MeterUse['kind']): Decimal {
  return sum(uses.filter(({ use }) => use.kind === kind).map(({ amount }) => amount));
}

function sumsText({ fixed, use }: Pick<Totals, 'fixed' | 'use'>, currency: string): CostSums {
  return { fixed: moneyOf(fixed, currency), use: moneyOf(use, currency), sum: moneyOf(plus(fixed, use), currency) };
}

/** Between what is shown, so that it adds up. */
function changeOf(now: CostSums, after: CostSums, currency: string): string {
  return moneyOf(minus(decimal(after.sum), decimal(now.sum)), currency);
}

function resourceCost({ measured, now, after, problems }: PricedResource, currency: string): ResourceCost {
  const { key, title } = measured.resource;
  const sums = (uses: readonly PricedUse[]): CostSums =>
    sumsText({ fixed: amountOf(uses, 'fixed'), use: amountOf(uses, 'use') }, currency);
  const [sumsNow, sumsAfter] = [sums(now), sums(after)];
  return {
    key,
    title,
    now: sumsNow,
    after: sumsAfter,
    change: changeOf(sumsNow, sumsAfter, currency),
    most: moneyOf(sum(after.map(({ most }) => most)), currency),
    components: componentsOf(now, after, currency),
    ...(problems.length > 0 && { notPriced: [...problems] }),
  };
}

function componentsOf(now: readonly PricedUse[], after: readonly PricedUse[], currency: string): CostComponent[] {
  const nameOf = ({ use, meter }: PricedUse): string =>
    [use.kind, use.what, use.region, meter.product, meter.sku, meter.name].join('\n');
  const [before, then] = [now, after].map((uses) => new Map(uses.map((one) => [nameOf(one), one] as const)));
  const names = new Set([...(before?.keys() ?? []), ...(then?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [was, is] = [before?.get(name), then?.get(name)];
    const either = is ?? was;
    if (!either) return [];
    const { use, meter, rate } = either;
    return {
      what: use.what,
      kind: use.kind,
      meter: meter.name,
      unit: meter.unit,
      price: shortText(rate.price),
      quantity: {
        ...(was && { now: shortText(was.quantity) }),
        ...(is && { after: shortText(is.quantity) }),
      },
      now: moneyOf(was?.amount ?? decimal(0), currency),
      after: moneyOf(is?.amount ?? decimal(0), currency),
    };
  });
}

function allowanceTexts(
  now: readonly Allowance[],
  after: readonly Allowance[],
  currency: string,
): CostEstimate['allowances'] {
  const whats = [...new Set([...now, ...after].map(({ what }) => what))];
  const of = (side: readonly Allowance[], what: string): string =>
    moneyOf(sum(side.filter((one) => one.what === what).map(({ fixed, use }) => plus(fixed, use))), currency);
  return whats.map((what) => ({ what, now: of(now, what), after: of(after, what) }));
}

/** What has no price at all; what has one in part tells the rest with itself. */
function notPricedOf({ measured, now, after, problems }: PricedResource): CostEstimate['notPriced'] {
  if (problems.length === 0 || now.length + after.length > 0) return [];
  const { key, title } = measured.resource;
  return [{ key, title, why: problems.join('; ') }];
}

function notesOf({ currency, hasGrant }: { readonly currency: string; readonly hasGrant: boolean }): string[] {
  return [
    'Retail prices without discounts and taxes, for a month of use as it is assumed.',
    ...(currency === 'USD' ? [] : [`Azure sets its prices in US dollars: amounts in ${currency} are for reference.`]),
    ...(hasGrant
      ? ['What is free counts once for all that is deployed: other applications may have used it already.']
      : []),
  ];
}

/** Whether it costs more than the configuration allows; a plan that makes it cheaper needs no permission. */
export function isOverLimit({ limit, after, change }: CostEstimate): boolean {
  if (limit === undefined) return false;
  const exceeds = minus(decimal(after.sum), decimal(limit)).units > 0n;
  return exceeds && decimal(change).units >= 0n;
}
