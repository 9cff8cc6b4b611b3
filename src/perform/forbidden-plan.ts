import { refusalsOf } from '../domain/plan-refusals.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { UserError } from '../shared/errors.ts';

/** Why a plan with refusals ends its run. */
export function forbidden(plan: Plan): UserError {
  const reasons = refusalsOf(plan).map((reason) => `  ${reason}`);
  return new UserError(`The plan cannot be carried out:\n${reasons.join('\n')}`, {
    code: 'plan_forbidden',
    hint: plan.removal
      ? 'Nothing was deleted. Remove what stands in the way, and start again.'
      : 'Change the configuration back, or allow what the messages name.',
  });
}
