import type { WantedIds } from '../domain/left-behind.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { type PlanRequest, planRun } from './plan-run.ts';
import { planRemoval } from './removal/plan-removal.ts';

/** What a run will do. */
export interface PlannedWork {
  readonly plan: Plan;
  /** The id that each key of the configuration stands for; undefined in a run that deletes. */
  readonly wantedIds?: WantedIds;
}

/** The plan of a run, whether it deploys or deletes. Writes nothing, anywhere. */
export async function planWork(services: Services, steps: readonly Step[], request: PlanRequest): Promise<PlannedWork> {
  const { environment, config, state } = request;
  const { destroy } = request.options;
  if (!destroy) return await planRun(services, steps, request);
  return { plan: await planRemoval(services, { environment, config, state, destroy }) };
}
