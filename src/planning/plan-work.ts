import { withExpiry } from '../domain/expiry/planned-expiry.ts';
import { requireMarkable } from '../domain/expiry/require-markable.ts';
import type { WantedIds } from '../domain/left-behind.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { StepName } from '../domain/steps.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { costedRemovals } from './cost/costed-resources.ts';
import { withCost } from './cost/with-cost.ts';
import { type PlanRequest, planRun } from './plan-run.ts';
import { planRemoval } from './removal/plan-removal.ts';

/** What a run will do. */
export interface PlannedWork {
  readonly plan: Plan;
  /** The id that each key of the configuration stands for; undefined in a run that deletes. */
  readonly wantedIds?: WantedIds;
  /** Steps that see to something that Azure has already; undefined in a run that deletes. */
  readonly present?: ReadonlySet<StepName>;
}

/** The plan of a run, whether it deploys or deletes. Writes nothing but the prices that it was told. Throws UserError `expiry_refused`. */
export async function planWork(services: Services, steps: readonly Step[], request: PlanRequest): Promise<PlannedWork> {
  const { environment, config, state, options } = request;
  const { destroy, expires } = options;
  if (!destroy) {
    const { plan, wantedIds, present, costed } = await planRun(services, steps, request);
    requireMarkable(state, expires, plan.resources);
    return {
      wantedIds,
      present,
      plan: await withCost(services, config, withExpiry(plan, state, expires), { resources: costed, options }),
    };
  }
  const plan = await planRemoval(services, { environment, config, state, destroy });
  return { plan: await withCost(services, config, plan, { resources: costedRemovals(plan, state), options }) };
}
