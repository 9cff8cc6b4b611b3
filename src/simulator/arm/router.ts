import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { apiVersionProblem } from './api-versions.ts';
import { authorizationProblem, subscriptionProblem } from './authorization.ts';
import { deleteResource } from './deletion/delete.ts';
import { endRetention } from './deletion/retention.ts';
import { settleOperations } from './deletion/settle.ts';
import { getResource, notFound, patchResource, putResource } from './lifecycle.ts';
import { answerCollection } from './lists.ts';
import { lockProblem } from './locks.ts';
import { type ArmReply, type ArmRequest, apiVersionOf, refused } from './message.ts';
import { answerOperation } from './operations.ts';
import { answerPolicies } from './policies.ts';
import { answerSubscription, isRegistered } from './provider-routes.ts';
import { parseResourcePath, type ResourcePath } from './resource-id.ts';
import type { ResourceType } from './resource-type.ts';
import type { Target } from './write-rules.ts';

/** Answers a request to Azure Resource Manager. */
export async function answerArm(
  world: World,
  request: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
): Promise<ArmReply> {
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
  if (!path) return answerCollection(world, request, types) ?? refused(unknownType(request.path));
  const problem = authorizationProblem(world, request, path) ?? commonProblem(world, request, path);
  if (problem) return refused(problem);
  const target: Target = { ...path, world, request, types };
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

function commonProblem(world: World, request: ArmRequest, { type, id, group }: ResourcePath) {
  const [namespace = ''] = type.type.split('/');
  const location = world.resource(id)?.body.location;
  const wrongVersion = apiVersionProblem(request, type, typeof location === 'string' ? location : undefined);
  if (wrongVersion) return wrongVersion;
  if (group !== undefined && request.method !== 'GET' && !isRegistered(world, namespace)) {
    return refuse(
      409,
      'MissingSubscriptionRegistration',
      `The subscription is not registered to use namespace '${namespace}'.`,
    );
  }
  return lockProblem(world, request.method, type.type, id);
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
