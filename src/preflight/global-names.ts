import type { DesiredResource } from '../domain/desired.ts';
import { isOurs } from '../domain/tags.ts';
import type { StepContext } from '../engine/step.ts';
import { findDeletedVault } from '../secrets/recover-vault.ts';
import { jsonAt } from '../shared/json.ts';

/** A resource whose name must be free in all of Azure. */
export interface GlobalName {
  readonly name: string;
  readonly desired: DesiredResource;
}

/**
 * Why a name cannot be used: it is taken elsewhere, or by something in our group that is not ours.
 *
 * @returns a problem in one sentence; undefined when the name is free or already ours
 */
export async function globalNameProblem(
  context: StepContext,
  subscription: string,
  { name, desired }: GlobalName,
): Promise<string | undefined> {
  const { arm } = context.azure;
  const live = await arm.get(desired.id, desired.apiVersion);
  if (live) {
    if (context.options.adopt || isOurs(live.tags, context.environment)) return undefined;
    return `${desired.title} exists and is not of this environment (${desired.id}): choose another name, or take it over with --adopt.`;
  }
  const [namespace = ''] = desired.type.split('/');
  const reply = await arm.post(
    `${subscription}/providers/${namespace}/checkNameAvailability`,
    desired.apiVersion,
    { name, type: desired.type },
    { repeatable: true },
  );
  const answer = reply.kind === 'done' ? reply.body : {};
  if (jsonAt(answer, 'nameAvailable') !== false) return undefined;
  if (desired.key === 'key-vault' && (await isRecoverable(context, subscription, name, desired))) return undefined;
  const message = jsonAt(answer, 'message');
  return `The name ${name} cannot be used for ${desired.title}: ${typeof message === 'string' ? message : 'it is taken'}`;
}

/** A deleted vault of ours holds its name until it is recovered. */
async function isRecoverable(
  context: StepContext,
  subscription: string,
  name: string,
  { id }: DesiredResource,
): Promise<boolean> {
  const location = context.config.locations.keyVault;
  return (await findDeletedVault(context, { id, name, location, subscription })) === 'recoverable';
}
