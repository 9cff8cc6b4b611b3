import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../shared/json.ts';
import { viewOf } from '../../arm/lifecycle.ts';
import { type ArmReply, refused } from '../../arm/message.ts';
import { isRunning, startOperation } from '../../arm/operations.ts';
import type { Target } from '../../arm/write-rules.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { forgetOldest, historyProblem } from './history.ts';
import { type DeploymentOrder, planRun } from './plan-run.ts';
import { preflight, type ValidationLevel } from './preflight.ts';
import { templateRefusal, validationFailed } from './refused.ts';
import type { Caller } from './resource-requests.ts';

/** Until a deployment has ended, nobody knows when it will. */
export const NOT_YET = '9999-12-31T00:00:00.000Z';
const DAYS_ACTIVE = 7;

/** Checks a deployment and begins it; what it does comes as time goes by. */
export function startRun(target: Target, order: DeploymentOrder, caller: Caller): ArmReply {
  const { world, types, id, type, name } = target;
  const problem = placeProblem(world, order) ?? activeProblem(world, order) ?? historyProblem(world, id);
  if (problem) return refused(problem);
  const planned = checkedRun(target, order, caller);
  if ('code' in planned) return refused(planned);
  const before = world.resource(id);
  const now = new Date(world.now()).toISOString();
  const operation = startOperation(
    world,
    {
      kind: before ? 'update' : 'create',
      resourceId: id,
      type: type.type,
      location: order.location ?? 'global',
      apiVersion: order.apiVersion,
    },
    0,
    undefined,
  );
  operation.endsAt = NOT_YET;
  const resource: StoredResource = { id, name, type: type.type, body: {}, extra: {}, createdAt: now, updatedAt: now };
  resource.operation = operation.id;
  world.state.deploymentRuns[id.toLowerCase()] = { ...planned, operation: operation.id };
  world.index.keepResource(resource);
  forgetOldest(world, id, types, caller.principal);
  const view = viewOf(resource, type, world);
  return {
    status: before ? 200 : 201,
    body: { ...view, properties: { ...(view.properties as JsonObject), provisioningState: 'Accepted' } },
    headers: { 'azure-asyncoperation': statusAddress(target, operation.id), 'retry-after': '0' },
    operation: operation.id,
  };
}

/** A deployment as it would begin, or why it does not. @param level how much is looked at; a deployment itself always asks for all */
export function checkedRun(
  { world, types, id }: Target,
  order: DeploymentOrder,
  caller: Caller,
  level: ValidationLevel = 'Provider',
): DeploymentRun | Refusal {
  try {
    const run = planRun(world, { ...order, id }, caller);
    return preflight(world, run, types, level) ?? run;
  } catch (error) {
    return templateRefusal(error, validationFailed);
  }
}

/**
 * Groups have a place, subscriptions need one for what is remembered
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-subscription#deployment-location-and-name).
 */
export function placeProblem(world: World, { place, location, name, id }: DeploymentOrder): Refusal | undefined {
  if (place.subscriptionId.toLowerCase() !== world.state.subscriptionId) {
    return refuse(404, 'SubscriptionNotFound', `The subscription '${place.subscriptionId}' could not be found.`);
  }
  if (place.group !== undefined) {
    const group = world.resource(`/subscriptions/${place.subscriptionId}/resourceGroups/${place.group}`);
    return group
      ? undefined
      : refuse(404, 'ResourceGroupNotFound', `Resource group '${place.group}' could not be found.`);
  }
  if (location === undefined)
    return refuse(400, 'LocationRequired', `The location property is required for the deployment '${name}'.`);
  const present = world.state.deploymentRuns[id.toLowerCase()]?.location;
  if (present === undefined || present.toLowerCase() === location.toLowerCase()) return undefined;
  return refuse(
    409,
    'InvalidDeploymentLocation',
    `Invalid deployment location '${location}'. The deployment '${name}' already exists in location '${present}'.`,
  );
}

/** The words: https://github.com/microsoft/mwt-ds/issues/29 */
function activeProblem(world: World, { id, name }: DeploymentOrder): Refusal | undefined {
  const run = world.state.deploymentRuns[id.toLowerCase()];
  if (!run || !isRunning(world, world.state.operations[run.operation])) return undefined;
  const until = new Date(Date.parse(run.startedAt) + DAYS_ACTIVE * 86_400_000).toISOString();
  return refuse(
    409,
    'DeploymentActive',
    `Unable to edit or replace deployment '${name}': previous deployment from '${run.startedAt}' is still active (expiration time is '${until}'). Please see https://aka.ms/arm-deploy for usage details.`,
  );
}

/** Recorded by Microsoft's clients: below the deployment, and with an id of its own. */
function statusAddress({ request, id }: Target, operation: string): string {
  const version = request.query.get('api-version') ?? '';
  const mark = randomUUID().replaceAll('-', '');
  return `${request.origin}${id}/operationStatuses/${operation}?api-version=${version}&t=638000000000000000&c=CERT&s=SIG&h=${mark}`;
}
