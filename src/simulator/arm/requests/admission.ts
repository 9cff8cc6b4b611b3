import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { apiVersionProblem } from '../api-versions.ts';
import { authorizationProblem } from '../authorization.ts';
import { lockProblem } from '../locks.ts';
import type { ArmRequest } from '../message.ts';
import { isRegistered } from '../provider-routes.ts';
import type { ResourcePath } from '../resource-id.ts';

/** Why a request about a resource does not come as far as its type: rights, version, registration, locks. */
export function admissionProblem(world: World, request: ArmRequest, path: ResourcePath): Refusal | undefined {
  return (
    authorizationProblem(world, request, path) ??
    versionProblem(world, request, path) ??
    registrationProblem(world, request, path) ??
    lockProblem(world, request.method, path.type.type, path.id)
  );
}

function versionProblem(world: World, request: ArmRequest, { type, id }: ResourcePath): Refusal | undefined {
  const location = world.resource(id)?.body.location;
  return apiVersionProblem(request, type, typeof location === 'string' ? location : undefined);
}

export function registrationProblem(
  world: World,
  request: ArmRequest,
  { type, group }: ResourcePath,
): Refusal | undefined {
  const [namespace = ''] = type.type.split('/');
  if (group === undefined || request.method === 'GET' || isRegistered(world, namespace)) return undefined;
  return refuse(
    409,
    'MissingSubscriptionRegistration',
    `The subscription is not registered to use namespace '${namespace}'.`,
  );
}
