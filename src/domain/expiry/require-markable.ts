import { UserError } from '../../shared/errors.ts';
import { whyNotMarked } from './expiry.ts';

/** @throws UserError `expiry_refused` where `whyNotMarked` has a reason */
export function requireMarkable(...asked: Parameters<typeof whyNotMarked>): void {
  const why = whyNotMarked(...asked);
  if (why === undefined) return;
  throw new UserError(why, {
    code: 'expiry_refused',
    hint: 'Deploy without --expires, or name another environment with --environment.',
  });
}
