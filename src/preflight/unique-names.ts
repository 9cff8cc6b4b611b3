import { nameOf } from '../domain/ids.ts';
import { isOurs } from '../domain/tags.ts';
import { ask } from '../engine/ask.ts';
import { settleAll } from '../engine/settle.ts';
import { findSoftDeleted } from '../engine/soft-deleted.ts';
import type { KnownResource } from '../resources/kind.ts';
import { type Findings, ifAllowed, merged, type PreflightTarget, type Problem } from './findings.ts';

/**
 * Why names cannot be used that must be free in all of Azure: taken elsewhere, held by something that was deleted, or by
 * something in our group that is not ours. Nothing for a name that is free or already ours.
 */
export async function uniqueNameFindings(target: PreflightTarget): Promise<Findings> {
  const look = async (resource: KnownResource): Promise<Findings> =>
    await ifAllowed(`Whether the name of ${resource.title} is free`, () => problemsOf(target, resource));
  return merged(await settleAll(target.desired.map(look)));
}

async function problemsOf(target: PreflightTarget, resource: KnownResource): Promise<readonly Problem[]> {
  const { kind, id, title } = resource;
  const { uniqueName } = kind;
  if (!uniqueName) return [];
  const { azure, options, environment, subscription } = target;
  const live = await azure.arm.get(id, kind.apiVersion);
  if (live) {
    if (options.adopt || isOurs(live.tags, environment)) return [];
    const text = `${title} exists and is not of this environment (${id}).`;
    return [{ text, repair: 'Choose another name, or take it over with --adopt.' }];
  }
  const problem = uniqueName.problem(await ask(azure.arm, uniqueName.question(resource, subscription)));
  if (problem === undefined) return [];
  const deleted = await findSoftDeleted(target, resource, subscription);
  // A deleted one of ours holds its name until it is recovered.
  if (deleted === 'recoverable') return [];
  const reason = deleted === 'foreign' ? `a deleted one that is not ours holds it. ${sentence(problem)}` : problem;
  return [{ text: `The name ${nameOf(id)} cannot be used for ${title}: ${reason}`, repair: repairOf(deleted) }];
}

function repairOf(deleted: 'none' | 'foreign'): string {
  if (deleted === 'none') return 'Choose another name in the configuration.';
  return 'Choose another name in the configuration, or let its owner recover it.';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
