import { z } from 'zod';
import {
  ASSUMPTION_NAMES,
  ASSUMPTIONS,
  type Assumptions,
  CURRENCIES,
  keyOfAssumption,
} from '../../cost/assumptions.ts';

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;
type AssumptionKeys = Readonly<Record<SnakeCase<keyof Assumptions>, z.ZodOptional<z.ZodNullable<z.ZodNumber>>>>;

/** 31 days. */
const HOURS_IN_LONGEST_MONTH = 744;

const assumptions = Object.fromEntries(
  ASSUMPTION_NAMES.map((name) => {
    const { text, fallback } = ASSUMPTIONS[name];
    const most = name === 'hours' || name === 'activeHours' ? HOURS_IN_LONGEST_MONTH : Number.MAX_SAFE_INTEGER;
    const amount = z.number().min(0).max(most).nullish();
    return [keyOfAssumption(name), amount.describe(`${text} (default ${fallback})`)];
  }),
) as unknown as AssumptionKeys;

/** What costs are estimated with, and how much a plan may cost without a permission of its own. */
export const cost = z
  .object({
    currency: z
      .enum(CURRENCIES)
      .nullish()
      .describe('of estimates (default USD); Azure sets its prices in US dollars, others are for reference'),
    limit: z.number().min(0).nullish().describe('a plan that is estimated to cost more in a month needs --accept-cost'),
    ...assumptions,
  })
  .nullish()
  .describe('what costs are estimated with, for a month');
