import { decimal, decimalText, sum } from '../domain/cost/decimal.ts';
import type { CostEstimate, CostSums, ResourceCost } from '../domain/cost/estimate-schema.ts';
import { changeText, moneyText } from '../domain/cost/money.ts';

const KEY_WIDTH = 28;
const WHAT_WIDTH = 44;

/**
 * What a plan costs, in the plan: the sum, and what has to be known of it.
 *
 * @param told resources whose change is told beside what is done to them
 */
export function costLines(cost: CostEstimate, told: ReadonlySet<string> = new Set()): readonly string[] {
  const changed = cost.resources.filter(({ change }) => Number(change) !== 0);
  const same = cost.resources.length - changed.length;
  return [
    sumLine(cost),
    ...changed.filter(({ key }) => !told.has(key)).map((one) => resourceLine(one, cost)),
    ...(same > 0
      ? [`  ${same === 1 ? 'one more stays' : `${same} more stay`} what ${same === 1 ? 'it costs' : 'they cost'}`]
      : []),
    ...allowanceSum(cost),
    ...doubtLines(cost),
  ];
}

/** What is free or cheaper by quantity, in one line; `cost` tells each. */
function allowanceSum({ allowances, currency }: CostEstimate): readonly string[] {
  const total = (of: 'now' | 'after'): string => decimalText(sum(allowances.map((one) => decimal(one[of]))));
  const [now, after] = [total('now'), total('after')];
  if (now === after) return [];
  return [`  ${fromTo(now, after, currency)} of it for what is free, or cheaper by quantity`];
}

/** What counts once for all of it. */
function allowanceLines({ allowances, currency }: CostEstimate): readonly string[] {
  return allowances.map(({ what, now, after }) => `  ${fromTo(now, after, currency)}  ${what}`);
}

/** The whole estimate for people. */
export function costText(cost: CostEstimate, overLimit: boolean): string {
  const { allowances, assumptions, notes, currency } = cost;
  const lines = [
    sumLine(cost),
    ...cost.resources.flatMap((one) => ['', resourceLine(one, cost), ...componentLines(one, currency)]),
    ...(allowances.length > 0 ? ['', 'For all of it together:'] : []),
    ...allowanceLines(cost),
    '',
    'Assumed for a month (cost in the configuration):',
    `  ${Object.entries(assumptions)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}`,
    '',
    ...notes,
    ...doubtLines(cost),
    ...(overLimit ? [overLimitLine(cost)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** `€41.20 → €82.40 (+€41.20) in a month`. */
function sumLine({ now, after, change, most, currency, asOf }: CostEstimate): string {
  const parts = `fixed ${moneyText(after.fixed, currency)}, by use ${moneyText(after.use, currency)}, scaled out at most ${moneyText(most, currency)}`;
  const of = asOf === undefined ? '' : `; prices of ${asOf.slice(0, 10)}`;
  return `Cost in a month: ${fromTo(now.sum, after.sum, currency)} (${changeText(change, currency)}): ${parts}${of}`;
}

function resourceLine({ key, now, after, change, notPriced }: ResourceCost, { currency }: CostEstimate): string {
  const partly = notPriced ? ' at least' : '';
  const text = `  ${key.padEnd(KEY_WIDTH)} ${fromTo(now.sum, after.sum, currency)} (${changeText(change, currency)})${partly}${split(after, currency)}`;
  return text;
}

/** Where it is of both kinds. */
function split({ fixed, use }: CostSums, currency: string): string {
  if (Number(fixed) === 0 || Number(use) === 0) return '';
  return ` fixed ${moneyText(fixed, currency)}, by use ${moneyText(use, currency)}`;
}

function componentLines({ components }: ResourceCost, currency: string): readonly string[] {
  return components.map(({ what, kind, quantity, unit, price, now, after }) => {
    const amount = quantity.after ?? quantity.now ?? '0';
    const how = kind === 'fixed' ? 'fixed' : 'by use';
    const label = `${what} (${how})`.padEnd(WHAT_WIDTH);
    return `    ${label} ${fromTo(now, after, currency)}  ${amount} × ${price} per ${unit}`;
  });
}

/** What is not sure of it. */
function doubtLines({ problem, notPriced, resources }: CostEstimate): readonly string[] {
  const partly = resources.flatMap(({ key, notPriced: whys = [] }) => whys.map((why) => `${key}: ${why}`));
  const not = [...notPriced.map(({ key, why }) => `${key}: ${why}`), ...partly];
  return [
    ...(problem === undefined ? [] : [`⚠ ${problem}`]),
    ...(not.length === 0 ? [] : ['Not priced:', ...not.map((one) => `  ${one}`)]),
  ];
}

/** What a deployment asks for then. */
export function overLimitLine({ after, limit = '0', currency }: CostEstimate): string {
  return `⚠ ${moneyText(after.sum, currency)} in a month are over the limit of ${moneyText(limit, currency)}: --accept-cost accepts that`;
}

/** `€41.20 → €82.40`. */
export function fromTo(now: string, after: string, currency: string): string {
  if (now === after) return moneyText(after, currency);
  return `${moneyText(now, currency)} → ${moneyText(after, currency)}`;
}
