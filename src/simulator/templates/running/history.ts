import { mayDo } from '../../arm/authorization.ts';
import { lockProblem } from '../../arm/locks.ts';
import { isRunning } from '../../arm/operations.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { DEPLOYMENT_TYPE } from '../definition/steps.ts';
import type { DeploymentRun } from './deployment-run.ts';
import type { Types } from './resource-requests.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-history-deletions */
const MOST_REMEMBERED = 800;
const TOO_MANY = 700;
const KEPT = 600;

/** Deployments of the same group, or of the subscription itself. */
export function runsBeside(world: World, id: string): readonly DeploymentRun[] {
  const scope = scopeOf(id);
  return Object.values(world.state.deploymentRuns).filter((run) => scopeOf(run.id) === scope);
}

export function historyProblem(world: World, id: string): Refusal | undefined {
  const beside = runsBeside(world, id);
  if (world.resource(id) || beside.length < MOST_REMEMBERED) return undefined;
  return refuse(
    409,
    'DeploymentQuotaExceeded',
    `Creating the deployment '${id.split('/').at(-1)}' would exceed the quota of '${MOST_REMEMBERED}'. The current deployment count is '${beside.length}'. Please delete some deployments before creating a new one, or see https://aka.ms/800LimitFix for information on managing deployment limits.`,
  );
}

/** Forgets the oldest when there are too many: with the rights of whoever deploys, and not where a lock forbids it. */
export function forgetOldest(world: World, id: string, types: Types, principal: string): void {
  const beside = runsBeside(world, id);
  if (beside.length <= TOO_MANY || !mayDo(world, principal, id, `${DEPLOYMENT_TYPE}/delete`)) return;
  const type = types.get(DEPLOYMENT_TYPE.toLowerCase());
  const ended = beside
    .filter(({ operation }) => !isRunning(world, world.state.operations[operation]))
    .toSorted((one, other) => (one.startedAt < other.startedAt ? -1 : 1));
  for (const run of ended.slice(0, beside.length - KEPT)) {
    const resource = world.resource(run.id);
    if (!resource || lockProblem(world, 'DELETE', DEPLOYMENT_TYPE, run.id)) continue;
    type?.remove?.(resource, world);
    world.index.dropResource(run.id);
  }
}

function scopeOf(id: string): string {
  return id.toLowerCase().slice(0, id.toLowerCase().lastIndexOf('/providers/'));
}
