import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { deleteResource } from '../arm/deletion/delete.ts';
import { getResource, notFound, viewOf } from '../arm/lifecycle.ts';
import { type ArmReply, type ArmRequest, apiVersionOf, objectBody, ok, refused } from '../arm/message.ts';
import { parseResourcePath } from '../arm/resource-id.ts';
import type { Target } from '../arm/write-rules.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { DEPLOYMENT_TYPE } from './definition/steps.ts';
import { advanceDeployments } from './running/advance.ts';
import type { DeploymentRun } from './running/deployment-run.ts';
import { cancelRun } from './running/finish-run.ts';
import { runsBeside } from './running/history.ts';
import type { DeploymentOrder } from './running/plan-run.ts';
import { validationLevel } from './running/preflight.ts';
import type { Caller, Types } from './running/resource-requests.ts';
import { checkedRun, placeProblem, startRun } from './running/start-run.ts';
import { answerOperations, planView } from './views.ts';
import { answerWhatIf } from './what-if/answer-what-if.ts';

/** Requests about one deployment: https://learn.microsoft.com/rest/api/resources/deployments */
export function answerDeployment(target: Target): ArmReply {
  const { world, id, request, rest } = target;
  const route = `${request.method} ${rest[0]?.toLowerCase() ?? ''}`.trim();
  switch (route) {
    case 'PUT':
      return begun(target);
    case 'GET':
      return getDeployment(target);
    case 'HEAD':
      return { status: world.resource(id) ? 204 : 404 };
    case 'DELETE':
      return deleteResource(target);
    case 'POST validate':
      return validated(target);
    case 'POST whatif':
      return whatIf(target);
    case 'POST cancel':
      return withRun(target, (run) => canceled(world, run));
    case 'POST exporttemplate':
      return withRun(target, ({ template }) => ok({ template }));
    case 'GET operations':
      return withRun(target, (run) => answerOperations(run, rest[1], world));
    default:
      return refused(refuse(405, 'MethodNotAllowed', `The method ${request.method} is not allowed here.`));
  }
}

/** `GET …/providers/Microsoft.Resources/deployments` of a group or of the subscription: newest first. */
export function answerDeployments(world: World, request: ArmRequest, types: Types): ArmReply | undefined {
  const path = request.path.replace(/\/+$/, '');
  const probe = request.method === 'GET' ? parseResourcePath(`${path}/x`, types) : undefined;
  if (probe?.type.type !== DEPLOYMENT_TYPE || probe.rest.length > 0) return undefined;
  const { subscriptionId, group } = probe;
  const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
  if (group !== undefined && !world.resource(groupId)) return refused(notFound(groupId));
  const [, state] = /provisioningState eq '([^']+)'/i.exec(request.query.get('$filter') ?? '') ?? [];
  const found = runsBeside(world, probe.id)
    .toSorted((one, other) => (one.startedAt > other.startedAt ? -1 : 1))
    .flatMap((run) => {
      const resource = world.resource(run.id);
      return resource && isWanted(run, state) ? [viewOf(resource, probe.type, world)] : [];
    });
  const top = request.query.get('$top');
  return ok({ value: top === null ? found : found.slice(0, Number(top)) });
}

function isWanted({ end }: DeploymentRun, state: string | undefined): boolean {
  return state === undefined || (end?.state ?? 'Running').toLowerCase() === state.toLowerCase();
}

function begun(target: Target): ArmReply {
  const order = orderOf(target);
  if ('code' in order) return refused(order);
  const reply = startRun(target, order, callerOf(target));
  // What it begins with is begun with the request.
  advanceDeployments(target.world, target.types);
  return reply;
}

function getDeployment(target: Target): ArmReply {
  const { world, id, name } = target;
  return world.resource(id) ? getResource(target) : refused(deploymentNotFound(name));
}

/** Nothing is deployed; a wrong template is answered with 400, as a PUT would be. */
function validated(target: Target): ArmReply {
  const order = orderOf(target);
  if ('code' in order) return refused(order);
  const problem = placeProblem(target.world, order);
  if (problem) return refused(problem);
  const level = validationLevel(order.properties);
  if (!level) return refused(NO_LEVEL);
  const run = checkedRun(target, order, callerOf(target), level);
  if ('code' in run) return refused(run);
  const validatedResources = run.steps.flatMap(({ id, isDeployed }) => (isDeployed ? [{ id }] : []));
  const properties: JsonObject = {
    ...planView(run),
    provisioningState: 'Succeeded',
    timestamp: run.startedAt,
    duration: 'PT0S',
    validatedResources,
  };
  return ok({ id: target.id, name: target.name, type: DEPLOYMENT_TYPE, properties });
}

function whatIf(target: Target): ArmReply {
  const order = orderOf(target);
  if ('code' in order) return refused(order);
  const level = validationLevel(order.properties);
  return level ? answerWhatIf(target, order, callerOf(target), level) : refused(NO_LEVEL);
}

/** https://learn.microsoft.com/rest/api/resources/deployments/validate#validationlevel */
const NO_LEVEL = refuse(
  400,
  'InvalidRequestContent',
  "The 'validationLevel' must be 'Provider', 'ProviderNoRbac' or 'Template'.",
);

/** https://learn.microsoft.com/rest/api/resources/deployments/cancel */
function canceled(world: World, run: DeploymentRun): ArmReply {
  if (run.end) {
    return refused(
      refuse(
        409,
        'DeploymentCannotBeCancelled',
        `The deployment '${run.name}' cannot be cancelled because its provisioning state is '${run.end.state}'.`,
      ),
    );
  }
  cancelRun(world, run);
  return { status: 204 };
}

function withRun({ world, id, name }: Target, answer: (run: DeploymentRun) => ArmReply): ArmReply {
  const run = world.state.deploymentRuns[id.toLowerCase()];
  return run ? answer(run) : refused(deploymentNotFound(name));
}

/** The words: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
function deploymentNotFound(name: string): Refusal {
  return refuse(404, 'DeploymentNotFound', `Deployment '${name}' could not be found.`);
}

/** What a request asks for, or why it cannot be read. */
function orderOf({ request, id, name, type, group, subscriptionId }: Target): DeploymentOrder | Refusal {
  if (!type.name.test(name)) {
    return refuse(
      400,
      type.nameError ?? '',
      `The deployment name '${name}' is invalid: it may have 1 to 64 letters, digits, '-', '_', '.', '(' and ')'.`,
    );
  }
  const { properties, location, tags } = objectBody(request.body) ?? {};
  const missing = isJsonObject(properties) ? (properties.mode === undefined ? 'mode' : undefined) : 'properties';
  if (missing !== undefined || !isJsonObject(properties)) {
    return refuse(
      400,
      'InvalidRequestContent',
      `The request content was invalid and could not be deserialized: 'Required property '${missing}' not found in JSON. Path ''.'.`,
    );
  }
  if (group !== undefined && location !== undefined) {
    return refuse(
      400,
      'InvalidDeployment',
      `The 'location' property is not allowed for '${name}' at resource group scope. Please see https://aka.ms/arm-deployment-resource-group for usage details.`,
    );
  }
  return {
    id,
    name,
    place: { subscriptionId, ...(group !== undefined && { group }) },
    ...(typeof location === 'string' && { location }),
    ...(isJsonObject(tags) && { tags }),
    apiVersion: apiVersionOf(request),
    properties,
  };
}

function callerOf({ request }: Target): Caller {
  return {
    principal: request.principal,
    origin: request.origin,
    correlationId: request.headers['x-ms-correlation-request-id'] ?? randomUUID(),
  };
}
