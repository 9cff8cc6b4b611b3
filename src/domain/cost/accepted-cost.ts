import { UserError } from '../../shared/errors.ts';
import type { Plan } from '../plan-schema.ts';
import { moneyText } from './money.ts';

/**
 * A plan that costs more than the configuration allows is carried out only where somebody has accepted that: with the request, or
 * with the decision about this plan.
 *
 * @throws UserError `cost_over_limit`
 */
export function requireAcceptedCost({ overLimit, cost }: Plan, isAccepted: boolean): void {
  if (!overLimit || isAccepted) return;
  const limit = moneyText(overLimit.limit, overLimit.currency);
  const amount = cost === undefined ? 'more' : moneyText(cost.after.sum, cost.currency);
  throw new UserError(`The plan is estimated to cost ${amount} in a month; the configuration allows ${limit}.`, {
    code: 'cost_over_limit',
    hint: 'Look at it with draftgenie-deploy cost; --accept-cost accepts it, and cost.limit of the configuration allows more.',
  });
}
