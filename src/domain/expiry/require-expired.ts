import { UserError } from '../../shared/errors.ts';
import type { EnvironmentState } from '../state.ts';
import { EXPIRY_HINT, expiryPhase } from './expiry.ts';

/** @throws UserError `not_expired` where the environment has no end, or it lies ahead */
export function requireExpired(state: EnvironmentState, now: Date): void {
  if (expiryPhase(state, now) === 'due') return;
  const { environment, expires } = state;
  throw new UserError(
    expires
      ? `${environment} expires at ${expires.at}: nothing was deleted.`
      : `${environment} has no end, so that it stays: nothing was deleted.`,
    { code: 'not_expired', hint: expires ? EXPIRY_HINT : 'Without --expired, destroy deletes what a person confirms.' },
  );
}
