import type { Json } from '../../../shared/json.ts';
import { notFound } from '../../arm/lifecycle.ts';
import type { ArmReply, ArmRequest } from '../../arm/message.ts';
import { refused } from '../../arm/message.ts';
import { admissionProblem } from '../../arm/requests/admission.ts';
import { parseResourcePath } from '../../arm/resource-id.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import type { Target } from '../../arm/write-rules.ts';
import { refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { TemplateError } from '../expressions/scope.ts';

/** In whose name a deployment asks. */
export interface Caller {
  readonly principal: string;
  readonly origin: string;
  readonly correlationId: string;
}

export type Types = ReadonlyMap<string, ResourceType>;

/** A request that Resource Manager makes for a deployment, as whoever deploys would make it himself. */
export function requestOf(method: string, path: string, apiVersion: string, caller: Caller, body?: Json): ArmRequest {
  const { principal, origin, correlationId } = caller;
  const query = new URLSearchParams({ 'api-version': apiVersion });
  const headers = { 'x-ms-correlation-request-id': correlationId };
  return { method, path, query, headers, body, origin, principal };
}

/** The target of a request, or why it does not come as far as that. */
export function targetOf(world: World, request: ArmRequest, types: Types): Target | ArmReply {
  const path = parseResourcePath(request.path, types);
  if (!path) {
    const [, namespace = ''] = /^.*\/providers\/([^/]+)/i.exec(request.path) ?? [];
    return refused(
      refuse(404, 'InvalidResourceType', `The resource type could not be found in the namespace '${namespace}'.`),
    );
  }
  const problem = admissionProblem(world, request, path);
  return problem ? refused(problem) : { ...path, world, request, types };
}

export function isReply(found: Target | ArmReply): found is ArmReply {
  return 'status' in found;
}

/** What a type answers to a request below one of its resources: settings of a site, actions. */
export function answerOfType(target: Target): ArmReply {
  const { world, type, id, rest, request } = target;
  const resource = world.resource(id);
  if (!resource) return refused(notFound(id));
  const reply = type.handle?.({ world, request, resource, rest });
  if (reply && 'then' in reply) {
    throw new TemplateError(
      `The simulator cannot ask for '${rest.join('/')}' of '${type.type}' while a template is deployed.`,
    );
  }
  return reply ?? refused(notFound(`${id}/${rest.join('/')}`));
}
