import type { LeftBehindResource } from '../../domain/left-behind.ts';
import type { PlannedResource, PlannedStep } from '../../domain/plan-schema.ts';
import { trafficStep } from '../../domain/steps.ts';
import { kindOf } from '../../resources/registry.ts';
import { uncertain } from '../plan-write.ts';

/**
 * What we made for a key that the configuration has no more, and that is of no use without it: it goes once nothing names it any more.
 * undefined: it is left behind.
 */
export function planUnwanted(
  { name: key, id, type, created_by: createdBy }: LeftBehindResource,
  steps: readonly PlannedStep[],
): PlannedResource | undefined {
  const { name } = trafficStep();
  const last = steps.find(({ step }) => step === name);
  const goes = kindOf(type)?.deletion.whenUnwanted && createdBy !== undefined;
  if (!goes || !last || last.action === 'skip') return undefined;
  const depends = uncertain([{ step: name, isCertain: last.action === 'run' }]);
  return { key, id, type, action: 'delete', reason: 'no longer in the configuration; made for it alone', ...depends };
}
