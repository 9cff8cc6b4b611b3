import { z } from 'zod';

/** A decimal text in the currency, rounded to its smallest coin. */
const money = z.string();

const sumsSchema = z.object({ fixed: money, use: money, sum: money });
export type CostSums = z.infer<typeof sumsSchema>;

const componentSchema = z.object({
  what: z.string(),
  /** `fixed`: for being there. `use`: by what is assumed to be used. */
  kind: z.enum(['fixed', 'use']),
  meter: z.string(),
  unit: z.string(),
  /** Of one unit, exact. */
  price: z.string(),
  /** Units in a month; absent: it is not there. */
  quantity: z.object({ now: z.string().exactOptional(), after: z.string().exactOptional() }),
  now: money,
  after: money,
});
export type CostComponent = z.infer<typeof componentSchema>;

const resourceCostSchema = z.object({
  key: z.string(),
  title: z.string(),
  now: sumsSchema,
  after: sumsSchema,
  /** `after` without `now`. */
  change: money,
  /** Scaled out as far as it may, and at work all the time. */
  most: money,
  components: z.array(componentSchema),
  /** What of it could not be priced, one sentence each: then it costs at least as much. */
  notPriced: z.array(z.string()).exactOptional(),
});
export type ResourceCost = z.infer<typeof resourceCostSchema>;

const allowanceSchema = z.object({
  /** For people. */
  what: z.string(),
  /** Not above 0. */
  now: money,
  after: money,
});

/** What an environment costs in a month, before and after a plan. */
export const costEstimateSchema = z.object({
  currency: z.string(),
  /** When the oldest price was asked for, ISO 8601; absent: no price is known. */
  asOf: z.string().exactOptional(),
  /** Why prices are not of today, or not all there. */
  problem: z.string().exactOptional(),
  now: sumsSchema,
  after: sumsSchema,
  change: money,
  most: money,
  resources: z.array(resourceCostSchema),
  /** What is free, or cheaper by quantity, counted once for all resources; a part of the sums. */
  allowances: z.array(allowanceSchema),
  notPriced: z.array(z.object({ key: z.string(), title: z.string(), why: z.string() })),
  /** What is assumed, by its key in the configuration. */
  assumptions: z.record(z.string(), z.number()),
  /** What has to be known to read it, one sentence each. */
  notes: z.array(z.string()),
  limit: money.exactOptional(),
});
export type CostEstimate = z.infer<typeof costEstimateSchema>;
