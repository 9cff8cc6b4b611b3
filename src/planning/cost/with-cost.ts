import { estimate, isOverLimit } from '../../cost/estimate.ts';
import { knownPrices } from '../../cost/known-prices.ts';
import { type CostedResource, measure } from '../../cost/measure.ts';
import { queriesOf } from '../../cost/queries.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { assumptionsOf, DEFAULT_CURRENCY } from '../../domain/cost/assumptions.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import type { RunOptions } from '../../domain/run.ts';
import { isWholeDeployment } from '../../domain/runs/run-options.ts';
import type { Services } from '../../engine/services.ts';
import { hashJson } from '../../shared/json.ts';

/**
 * The plan with what it costs. Amounts are no part of its digest, since prices change by themselves; that it costs more than
 * the configuration allows is one. Where nobody keeps prices, none are asked for.
 */
export async function withCost(
  services: Services,
  config: DeploymentConfig,
  plan: Plan,
  { resources, options }: { readonly resources: readonly CostedResource[]; readonly options: RunOptions },
): Promise<Plan> {
  const { prices: kept, clock } = services;
  if (!kept) return plan;
  const { currency = DEFAULT_CURRENCY, limit, ...said } = config.cost ?? {};
  const assumptions = assumptionsOf(said);
  const measured = measure(resources, { assumptions, region: config.azure.location });
  const queries = queriesOf(measured, currency);
  const { askPrices: ask } = await services.azure(config);
  const prices = await knownPrices({ ask, kept, now: clock.now() }, queries);
  const cost = estimate(measured, prices, { currency, assumptions, ...(limit !== undefined && { limit }) });
  if (!isOverLimit(cost) || !isLimited(plan, options)) return { ...plan, cost };
  const { digest: _, ...content } = { ...plan, overLimit: { limit: cost.limit ?? '', currency } };
  return { ...content, digest: hashJson(content), cost };
}

/** Services that begin at once to read the prices as they are kept, for a plan that is made in a moment. */
export function readingPrices(services: Services): Services {
  const { prices } = services;
  if (!prices) return services;
  const text = prices.read();
  // The plan hears of it.
  text.catch(() => undefined);
  return { ...services, prices: { read: () => text, write: prices.write } };
}

/** What brings back an earlier release, or what drifted, is no time to talk about money; nor is a plan that does nothing. */
function isLimited({ steps }: Plan, options: RunOptions): boolean {
  return isWholeDeployment(options) && steps.some(({ action }) => action !== 'skip');
}
