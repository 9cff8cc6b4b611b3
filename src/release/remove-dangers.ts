import type { PlannedResource } from '../domain/plan-schema.ts';
import { isOurs } from '../domain/tags.ts';
import { removeResource } from '../engine/removal.ts';
import type { StepContext } from '../engine/step.ts';
import { tellOnce } from '../engine/tell-once.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { kindOf } from '../resources/registry.ts';
import { jsonAt } from '../shared/json.ts';

/**
 * Removes what was made for a key that the configuration has no more, as the plan said: what it was made for names it no more.
 *
 * @returns what it waits for; undefined when nothing is left to remove
 */
export async function removeUnwanted(context: StepContext): Promise<Waiting | undefined> {
  for (const planned of await context.plannedRemovals()) {
    const kind = kindOf(planned.type);
    if (!kind?.deletion.whenUnwanted) continue;
    const live = await context.azure.arm.get(planned.id, kind.apiVersion);
    const isThere = live && (!kind.claim || isOurs(jsonAt(live, kind.claim.at), context.environment));
    const waiting = isThere ? await remove(context, planned) : context.recordRemoval(planned.id);
    if (waiting) return waiting;
  }
  return undefined;
}

/**
 * Removes what the plan said goes, by its id, as far as it still is a danger: whoever was approved to remove a rule that is open
 * to the world leaves one that was narrowed since. One after the other, since a parent takes one change of its children at a
 * time; begins or looks at one deletion a call.
 *
 * @returns what it waits for; undefined when nothing is left to remove
 * @throws AzureError as Azure refused, UserError `OperationTimedOut`
 */
export async function removeDangers(context: StepContext): Promise<Waiting | undefined> {
  for (const planned of await context.plannedRemovals()) {
    const waiting = await removeDanger(context, planned);
    if (waiting) return waiting;
  }
  return undefined;
}

async function removeDanger(context: StepContext, planned: PlannedResource): Promise<Waiting | undefined> {
  const kind = kindOf(planned.type);
  if (!kind?.danger) return undefined;
  const live = await context.azure.arm.get(planned.id, kind.apiVersion);
  if (live && kind.danger(live) === undefined) return undefined;
  if (live) return await remove(context, planned);
  context.recordRemoval(planned.id);
  return undefined;
}

async function remove(
  context: StepContext,
  { key, id, type, reason = '' }: PlannedResource,
): Promise<Waiting | undefined> {
  await tellOnce(context, `removal:${key}`, `removing ${key}: ${reason}`, (message) => context.progress(message));
  const limit = kindOf(type)?.timeoutInSeconds ?? 0;
  const removal = await removeResource(context.azure.arm, context, {
    ...{ key, id, type },
    limitInSeconds: Math.max(limit, context.config.advanced.operationTimeoutInSeconds),
  });
  if (isWaiting(removal)) return removal;
  if (removal.kind === 'kept') throw removal.error;
  context.recordRemoval(id);
  return undefined;
}
