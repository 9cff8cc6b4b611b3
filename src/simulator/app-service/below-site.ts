import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, apiVersionOf, objectBody, ok, refused } from '../arm/message.ts';
import type { SubRequest } from '../arm/resource-type.ts';
import { schemaProblem } from '../arm/write-rules.ts';
import { answerConfig } from './config.ts';
import { answerFunctions } from './functions.ts';
import { answerHostKeys } from './host-keys.ts';
import { answerHostRuntime } from './host-runtime.ts';
import { badRequest } from './refusals.ts';

/** What is asked below a function app: configuration, keys, functions, publishing policies, its host, and what is done to it. */
export function answerBelowSite(call: SubRequest): ArmReply | undefined {
  const [first = '', ...rest] = call.rest;
  switch (first.toLowerCase()) {
    case 'config':
      return answerConfig(call, rest);
    case 'host':
      return answerHostKeys(call, rest);
    case 'hostruntime':
      return answerHostRuntime(call, rest);
    case 'functions':
      return answerFunctions(call, rest);
    case 'basicpublishingcredentialspolicies':
      return answerPublishingPolicy(call, rest);
    case 'syncfunctiontriggers':
      return call.request.method === 'POST' ? synced(call) : undefined;
    case 'restart':
    case 'start':
    case 'stop':
      return call.request.method === 'POST' ? switched(call, first.toLowerCase()) : undefined;
    default:
      return undefined;
  }
}

/** Whether passwords are taken where code is published: https://learn.microsoft.com/azure/app-service/configure-basic-auth-disable */
function answerPublishingPolicy({ resource, request }: SubRequest, [name = '', ...more]: readonly string[]) {
  const policy = name.toLowerCase();
  if (more.length > 0 || (policy !== 'scm' && policy !== 'ftp')) return undefined;
  const kept = isJsonObject(resource.extra.publishing) ? resource.extra.publishing : {};
  if (request.method === 'PUT') {
    const sent = objectBody(request.body) ?? {};
    const type = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies/scm';
    const problem = schemaProblem({ type }, sent, apiVersionOf(request));
    if (problem) return refused(problem);
    const { allow = null } = isJsonObject(sent.properties) ? sent.properties : {};
    resource.extra.publishing = { ...kept, [policy]: allow };
  } else if (request.method !== 'GET') {
    return undefined;
  }
  const current = isJsonObject(resource.extra.publishing) ? resource.extra.publishing : kept;
  const view: JsonObject = {
    id: `${resource.id}/basicPublishingCredentialsPolicies/${policy}`,
    name: policy,
    type: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
    location: resource.body.location ?? '',
    properties: { allow: current[policy] ?? true },
  };
  return ok(view);
}

/** The host must run: https://github.com/Azure/Azure-Functions/issues/2666 has the words of what happens else. */
function synced({ resource }: SubRequest): ArmReply {
  return resource.extra.hostRuns === true
    ? { status: 204 }
    : refused(badRequest('Encountered an error (InternalServerError) from host runtime.'));
}

/** https://learn.microsoft.com/rest/api/appservice/web-apps/restart, …/start, …/stop */
function switched({ resource, world }: SubRequest, what: string): ArmReply {
  if (what === 'restart') resource.extra.restarts = Number(resource.extra.restarts ?? 0) + 1;
  else resource.extra.stopped = what === 'stop';
  world.listeners.appChanged?.(resource.id);
  return { status: 200 };
}
