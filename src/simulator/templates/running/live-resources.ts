import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { getResource } from '../../arm/lifecycle.ts';
import { type ArmReply, ok } from '../../arm/message.ts';
import type { Target } from '../../arm/write-rules.ts';
import { refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { namedResources, notDefined } from '../definition/dependencies.ts';
import { DEPLOYMENT_TYPE } from '../definition/steps.ts';
import { placedId } from '../expressions/functions/resources.ts';
import { type LiveResources, TemplateError } from '../expressions/scope.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { RefusedError } from './refused.ts';
import { answerOfType, isReply, requestOf, type Types, targetOf } from './resource-requests.ts';

/** What resources answer to whoever deploys, while the deployment is under way. */
export function liveResources(world: World, run: DeploymentRun, types: Types): LiveResources {
  return {
    reference(resource, apiVersion, isFull) {
      const { id, version } = addressed(run, resource, apiVersion);
      const target = targetOf(world, requestOf('GET', id, version, run), types);
      const answer = bodyOf(isReply(target) ? target : read(target));
      return isFull ? fullView(answer, id, version) : (answer.properties ?? {});
    },
    list(action, resource, apiVersion, body) {
      const { id } = addressed(run, resource, apiVersion);
      const target = targetOf(world, requestOf('POST', `${id}/${action}`, apiVersion, run, body), types);
      return bodyOf(isReply(target) ? target : actionOn(target));
    },
  };
}

/** @throws TemplateError the version is not known, because the resource is not in the template */
function addressed(run: DeploymentRun, resource: string, apiVersion: string | undefined) {
  const [own] = namedResources(resource, run.steps);
  const version = apiVersion ?? own?.apiVersion;
  if (version === undefined) throw notDefined(resource);
  return { id: own?.id ?? idOf(run, resource), version };
}

/** A resource that is not in the template is named by its id, or by type and name where it is in the same group. */
function idOf({ place }: DeploymentRun, resource: string): string {
  if (resource.startsWith('/')) return resource;
  const [namespace = '', ...path] = resource.split('/');
  if (path.length < 2) throw notDefined(resource);
  const type = [namespace, ...path.filter((_, index) => index % 2 === 0)].join('/');
  return placedId(
    place,
    type,
    path.filter((_, index) => index % 2 === 1),
  );
}

function read(target: Target): ArmReply {
  return target.rest.length > 0 ? answerOfType(target) : getResource(target);
}

function actionOn(target: Target): ArmReply {
  return target.type.type === DEPLOYMENT_TYPE ? secureOutputs(target) : answerOfType(target);
}

/** `listOutputsWithSecureValues`: https://learn.microsoft.com/azure/azure-resource-manager/bicep/outputs#secure-outputs */
function secureOutputs({ world, id, rest }: Target): ArmReply {
  const run = world.state.deploymentRuns[id.toLowerCase()];
  if (!run?.end || rest[0]?.toLowerCase() !== 'listoutputswithsecurevalues') {
    throw new TemplateError(`The simulator does not know the function '${rest.join('/')}' of '${DEPLOYMENT_TYPE}'.`);
  }
  const open = Object.entries(run.end.outputs ?? {}).flatMap(([name, one]) =>
    isJsonObject(one) && one.value !== undefined ? [[name, one.value] as const] : [],
  );
  return ok({ ...Object.fromEntries(open), ...run.end.secureOutputs });
}

function bodyOf({ status, body }: ArmReply): JsonObject {
  if (status < 300 && isJsonObject(body)) return body;
  const error = isJsonObject(body) && isJsonObject(body.error) ? body.error : {};
  const { code = 'ResourceNotFound', message = '' } = error;
  throw new RefusedError(refuse(status, String(code), String(message)));
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#reference */
function fullView(answer: JsonObject, id: string, version: string): Json {
  const { id: _, name: __, type: ___, ...view } = answer;
  const [, subscriptionId = '', , resourceGroupName] =
    /^\/subscriptions\/([^/]+)(\/resourceGroups\/([^/]+))?/i.exec(id) ?? [];
  const resourceId = id.split(/\/providers\//i).at(-1) ?? id;
  return {
    ...view,
    apiVersion: version,
    subscriptionId,
    ...(resourceGroupName !== undefined && { resourceGroupName }),
    scope: id.slice(0, id.toLowerCase().lastIndexOf('/providers/')),
    resourceId,
    referenceApiVersion: version,
    condition: true,
    isConditionTrue: true,
    isTemplateResource: false,
    isAction: false,
    provisioningOperation: 'Read',
  };
}
