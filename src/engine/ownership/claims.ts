import type { DesiredResource } from '../../domain/desired.ts';
import { markOf } from '../../domain/tags.ts';
import { UserError } from '../../shared/errors.ts';
import { type JsonObject, jsonAt } from '../../shared/json.ts';

/** `suffices`: somebody else's, and does what ours would. `taken`: somebody else's, and does something else. */
export type Claimed = 'ours' | 'suffices' | 'taken';

/** Whose it is that lies in a place that is not ours. Of kinds that say nothing of it everything is ours. */
export function claimOf(
  { kind: { claim }, body }: Pick<DesiredResource, 'kind' | 'body'>,
  live: JsonObject,
  environment: string,
): Claimed {
  if (!claim || markOf(jsonAt(live, claim.at), environment) === 'ours') return 'ours';
  return claim.suffices(live, body) ? 'suffices' : 'taken';
}

/** For plans and errors alike. */
export function takenText(
  { title, id, kind }: Pick<DesiredResource, 'title' | 'id' | 'kind'>,
  live: JsonObject,
): string {
  return `${title}: there is one that this environment did not make and never writes; it says ${kind.claim?.text(live)} (${id})`;
}

/** @throws UserError `record_taken` */
export function requireUntaken(desired: DesiredResource, live: JsonObject, environment: string): Claimed {
  const claimed = claimOf(desired, live, environment);
  if (claimed !== 'taken') return claimed;
  throw new UserError(`${takenText(desired, live)}.`, {
    code: 'record_taken',
    hint: 'Make it say what the plan asks for, or remove it, and deploy again.',
  });
}
