import { ASSUMPTION_NAMES, type CostConfig, keyOfAssumption } from '../../cost/assumptions.ts';
import type { DeploymentConfig } from '../model.ts';
import type { RawConfig } from '../schema.ts';

/** What is not given stays absent: what is assumed then may be another number in a later version. */
export function normalizeCost({ cost }: RawConfig): Pick<DeploymentConfig, 'cost'> {
  if (!cost) return {};
  const numbers: Readonly<Record<string, unknown>> = cost;
  const assumed = ASSUMPTION_NAMES.flatMap((name) => {
    const value = numbers[keyOfAssumption(name)];
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
  const given: CostConfig = {
    ...(cost.currency && { currency: cost.currency }),
    ...(cost.limit != null && { limit: cost.limit }),
    ...Object.fromEntries(assumed),
  };
  return Object.keys(given).length === 0 ? {} : { cost: given };
}
