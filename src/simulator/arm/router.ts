import { refuse } from '../refusal.ts';
import { answerDeployment, answerDeployments } from '../templates/answer.ts';
import { DEPLOYMENT_TYPE } from '../templates/definition/steps.ts';
import { advanceDeployments } from '../templates/running/advance.ts';
import type { World } from '../world.ts';
import { subscriptionProblem } from './authorization.ts';
import { deleteResource } from './deletion/delete.ts';
import { endRetention } from './deletion/retention.ts';
import { settleOperations } from './deletion/settle.ts';
import { getResource, notFound, patchResource, putResource } from './lifecycle.ts';
import { answerCollection } from './lists.ts';
import { type ArmReply, type ArmRequest, apiVersionOf, refused } from './message.ts';
import { answerOperation } from './operations.ts';
import { answerPolicies } from './policies.ts';
import { answerSubscription } from './provider-routes.ts';
import { admissionProblem } from './requests/admission.ts';
import { parseResourcePath } from './resource-id.ts';
import type { ResourceType } from './resource-type.ts';
import type { Target } from './write-rules.ts';

/** Answers a request to Azure Resource Manager. */
export async function answerArm(
  world: World,
  request: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
): Promise<ArmReply> {
  advanceDeployments(world, types);
  settleOperations(world, types);
  elapse(world, types);
  endRetention(world);
  if (apiVersionOf(request) === '') {
    return refused(
      refuse(
        400,
        'MissingApiVersionParameter',
        'The api-version query parameter (?api-version=) is required for all requests.',
      ),
    );
  }
  const forbidden = subscriptionProblem(world, request);
  if (forbidden) return refused(forbidden);
  const direct =
    answerOperation(world, request, request.path) ??
    answerPolicies(world, request, types) ??
    answerSubscription(world, request, types);
  if (direct) return direct;
  const path = parseResourcePath(request.path, types);
  if (!path)
    return (
      answerDeployments(world, request, types) ??
      answerCollection(world, request, types) ??
      refused(unknownType(request.path))
    );
  const problem = admissionProblem(world, request, path);
  if (problem) return refused(problem);
  const target: Target = { ...path, world, request, types };
  if (path.type.type === DEPLOYMENT_TYPE) return answerDeployment(target);
  if (path.rest.length > 0) return await answerBelow(target);
  switch (request.method) {
    case 'GET':
      return getResource(target);
    case 'HEAD':
      return { status: world.resource(path.id) ? 204 : 404 };
    case 'PUT':
      return putResource(target);
    case 'PATCH':
      return patchResource(target);
    case 'DELETE':
      return deleteResource(target);
    default:
      return refused(refuse(405, 'MethodNotAllowed', `The method ${request.method} is not allowed here.`));
  }
}

/** What nobody asked for. */
function elapse(world: World, types: ReadonlyMap<string, ResourceType>): void {
  for (const type of types.values()) {
    if (type.elapse) for (const resource of world.resourcesOfType(type.type)) type.elapse(resource, world);
  }
}

async function answerBelow(target: Target): Promise<ArmReply> {
  const { world, request, type, id, rest } = target;
  const resource = world.resource(id);
  if (!resource) return refused(notFound(id));
  const reply = await type.handle?.({ world, request, resource, rest });
  return reply ?? answerCollection(world, request, target.types) ?? refused(notFound(`${id}/${rest.join('/')}`));
}

function unknownType(path: string) {
  const [, namespace = ''] = /\/providers\/([^/]+)/i.exec(path) ?? [];
  return namespace === ''
    ? refuse(404, 'ResourceNotFound', `There is nothing at '${path}'.`)
    : refuse(404, 'InvalidResourceType', `The resource type could not be found in the namespace '${namespace}'.`);
}
