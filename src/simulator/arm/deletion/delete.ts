import { deletionDenied } from '../../policy/denial.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import { begin, notFound, viewOf } from '../lifecycle.ts';
import { type ArmReply, refused } from '../message.ts';
import { operationHeaders } from '../operations.ts';
import { deleteProblem, missingPlaceProblem, type Target } from '../write-rules.ts';
import { deletionOrder, GROUP_TYPE } from './group.ts';
import { removeResource } from './removal.ts';

/** What takes no time is done when it is answered; the rest is an operation. What is not there is 204, but for groups. */
export function deleteResource(target: Target): ArmReply {
  const { world, type, id, request, types } = target;
  const missing = missingPlaceProblem(target) ?? undeletableProblem(target);
  if (missing) return refused(missing);
  const isGroup = type.type === GROUP_TYPE;
  const resource = world.resource(id);
  if (!resource) return isGroup ? refused(notFound(id)) : { status: 204 };
  const isIndexed = (name: string): boolean => types.get(name.toLowerCase())?.listed === true;
  const problem = deletionDenied(world, resource, isIndexed) ?? deleteProblem(target, resource);
  if (problem) return refused(problem);
  const location = typeof resource.body.location === 'string' ? resource.body.location : 'global';
  const view = viewOf(resource, type, world);
  type.beginDelete?.(resource, request.query);
  const operation = begin(target, 'delete', location, type.seconds.delete, undefined);
  resource.operation = operation.id;
  if (type.seconds.delete === 0) {
    operation.settled = true;
    removeResource(world, resource, types);
    return { status: 200, operation: operation.id, ...(type.deletionAnswersBody && { body: view }) };
  }
  if (isGroup) operation.order = deletionOrder(world, id, types);
  return { status: 202, headers: headersOf(target, resource), operation: operation.id };
}

function headersOf({ world, request }: Target, resource: StoredResource): Record<string, string> {
  const operation = world.state.operations[resource.operation ?? ''];
  if (!operation) return {};
  const headers = operationHeaders(world, request, operation);
  // Recorded: deleting a group answers with Location alone.
  if (resource.type === GROUP_TYPE) delete headers['azure-asyncoperation'];
  return headers;
}

function undeletableProblem({ type }: Target): Refusal | undefined {
  return type.undeletable
    ? refuse(405, 'MethodNotAllowed', `A resource of type '${type.type}' cannot be deleted.`)
    : undefined;
}
