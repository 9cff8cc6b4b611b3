import { nameOf } from '../domain/ids.ts';
import { isOurs } from '../domain/tags.ts';
import { ask } from '../engine/ask.ts';
import { settleAll } from '../engine/settle.ts';
import { findSoftDeleted } from '../engine/soft-deleted.ts';
import type { StepContext } from '../engine/step.ts';
import type { KnownResource } from '../resources/kind.ts';

/**
 * Why names cannot be used that must be free in all of Azure: taken elsewhere, or by something in our group that is not
 * ours. One sentence each; nothing for a name that is free or already ours.
 *
 * @param subscription `/subscriptions/…`
 */
export async function uniqueNameProblems(
  context: StepContext,
  subscription: string,
  desired: readonly KnownResource[],
): Promise<readonly string[]> {
  const problems = await settleAll(desired.map((resource) => problemOf(context, subscription, resource)));
  return problems.filter((problem) => problem !== undefined);
}

async function problemOf(
  context: StepContext,
  subscription: string,
  resource: KnownResource,
): Promise<string | undefined> {
  const { kind, id, title } = resource;
  if (!kind.uniqueName) return undefined;
  const { arm } = context.azure;
  const live = await arm.get(id, kind.apiVersion);
  if (live) {
    if (context.options.adopt || isOurs(live.tags, context.environment)) return undefined;
    return `${title} exists and is not of this environment (${id}): choose another name, or take it over with --adopt.`;
  }
  const problem = kind.uniqueName.problem(await ask(arm, kind.uniqueName.question(resource, subscription)));
  if (problem === undefined) return undefined;
  // A deleted one of ours holds its name until it is recovered.
  if ((await findSoftDeleted(context, resource, subscription)) === 'recoverable') return undefined;
  return `The name ${nameOf(id)} cannot be used for ${title}: ${problem}`;
}
