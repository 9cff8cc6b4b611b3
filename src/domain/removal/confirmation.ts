import { UserError } from '../../shared/errors.ts';
import type { Plan } from '../plan-schema.ts';
import type { DestroyOptions } from '../run.ts';

/**
 * Data goes only where somebody gave the environment's name for it: with the request, or with the decision about this plan.
 *
 * @param given the name, as it was given with the decision
 * @throws UserError `confirmation_missing`, `confirmation_wrong`
 */
export function requireConfirmed(
  { environment, removal }: Plan,
  destroy: DestroyOptions | undefined,
  given?: string,
): void {
  if (given !== undefined) requireSameName(environment, given);
  else if (removal?.deletesData && !destroy?.confirmed) {
    throw new UserError(`The plan deletes data, and nobody gave the environment's name for that.`, {
      code: 'confirmation_missing',
      hint: `Add --confirm ${environment}, or keep the data with --keep-data.`,
    });
  }
}

/** @throws UserError `confirmation_wrong` */
export function requireSameName(environment: string, given: string): void {
  if (given === environment) return;
  throw new UserError(`The environment is called ${environment}, not ${given}: nothing was deleted.`, {
    code: 'confirmation_wrong',
    hint: `Give exactly this name: ${environment}`,
  });
}
