import { deleteResource } from '../../arm/deletion/delete.ts';
import { isRunning } from '../../arm/operations.ts';
import type { Refusal } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { errorIn } from '../reply-error.ts';
import type { DeploymentRun, RunDeletion } from './deployment-run.ts';
import { isReply, requestOf, type Types, targetOf } from './resource-requests.ts';

/**
 * What mode Complete deletes: the resources of the group that are not in the template, with all below them. Those that a condition
 * leaves out go, too; what is attached to resources, and locks, stay
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes#complete-mode and
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-complete-mode-deletion).
 *
 * @returns why some could not be deleted, when nothing is under way any more
 */
export function deleteTheRest(world: World, run: DeploymentRun, types: Types): readonly Refusal[] | 'under way' {
  run.deletions ??= leftOut(world, run, types).map((id) => ({ id }));
  for (;;) {
    for (const deletion of run.deletions) settleDeletion(world, deletion);
    run.deletions = run.deletions.filter(({ id }) => world.resource(id));
    const idle = run.deletions.filter(({ operation, failure }) => operation === undefined && !failure);
    const refusals = idle.flatMap((deletion) => {
      const reply = deleted(world, run, deletion.id, types);
      if (reply.operation !== undefined) deletion.operation = reply.operation;
      return errorIn(reply) ?? [];
    });
    if (run.deletions.some(({ operation }) => isRunning(world, world.state.operations[operation ?? ''])))
      return 'under way';
    // What was in use by something that has gone by now may go itself.
    if (refusals.length === idle.length) return [...refusals, ...run.deletions.flatMap(({ failure }) => failure ?? [])];
  }
}

/** What has failed is not tried again. */
function settleDeletion(world: World, deletion: RunDeletion): void {
  const operation = world.state.operations[deletion.operation ?? ''];
  if (!operation || isRunning(world, operation)) return;
  if (operation.failure) deletion.failure = operation.failure;
  delete deletion.operation;
}

export function leftOut(world: World, run: DeploymentRun, types: Types): readonly string[] {
  const kept = new Set(run.steps.filter(({ isDeployed }) => isDeployed).map(({ id }) => id.toLowerCase()));
  const { subscriptionId, group = '' } = run.place;
  const prefix = `/subscriptions/${subscriptionId}/resourceGroups/${group}/`.toLowerCase();
  return Object.entries(world.state.resources)
    .filter(([id, { type }]) => id.startsWith(prefix) && !kept.has(id) && types.get(type.toLowerCase())?.listed)
    .map(([, { id }]) => id);
}

function deleted(world: World, run: DeploymentRun, id: string, types: Types) {
  const type = types.get(world.resource(id)?.type.toLowerCase() ?? '');
  const target = targetOf(world, requestOf('DELETE', id, type?.apiVersions[0] ?? '', run), types);
  return isReply(target) ? target : deleteResource(target);
}
