import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import type { World } from '../../world.ts';
import { envelopeOf } from '../definition/body.ts';
import { dependencies, resourceAt } from '../definition/dependencies.ts';
import { parameterValues, parameterViews } from '../definition/parameters.ts';
import { plannedResources, scopeOf } from '../definition/steps.ts';
import { checkTemplate } from '../definition/template.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { type Place, type Scope, TemplateError } from '../expressions/scope.ts';
import type { DeploymentMode, DeploymentRun, DeploymentStep, OuterNames } from './deployment-run.ts';
import type { Caller } from './resource-requests.ts';
import { baseScope, type Deployed, scopeOfRun } from './run-scope.ts';
import { vaultSecret } from './vault-parameter.ts';

/** A deployment as it is asked for. */
export interface DeploymentOrder {
  readonly id: string;
  readonly name: string;
  readonly place: Place;
  readonly location?: string;
  readonly tags?: JsonObject;
  readonly apiVersion: string;
  /** The `properties` of the request. */
  readonly properties: JsonObject;
  /** Of a nested one whose expressions are those of the template around it. */
  readonly outer?: OuterNames;
  readonly isNested?: true;
}

/** What a request can ask for that nothing here does. */
const UNKNOWN: readonly string[] = ['templateLink', 'parametersLink', 'onErrorDeployment', 'extensionConfigs'];

/**
 * What a deployment will do: its parameters, its resources and their order. Nothing is deployed yet.
 *
 * @throws TemplateError
 */
export function planRun(world: World, order: DeploymentOrder, caller: Caller): DeploymentRun {
  const { properties, outer, place } = order;
  const unknown = UNKNOWN.find((name) => (properties[name] ?? null) !== null);
  if (unknown !== undefined) throw new TemplateError(`The simulator does not know the '${unknown}' of a deployment.`);
  if (isJsonObject(properties.debugSetting) && !/^none$/i.test(String(properties.debugSetting.detailLevel ?? 'none'))) {
    throw new TemplateError("The simulator does not know the 'debugSetting' of a deployment.");
  }
  const mode = modeOf(order);
  const template = checkTemplate(properties.template, place.group !== undefined);
  const given = isJsonObject(properties.parameters) ? properties.parameters : {};
  const deployed: Deployed = {
    name: order.name,
    place,
    ...(order.location !== undefined && { location: order.location }),
    template,
    mode,
    parameterViews: {},
    principal: caller.principal,
  };
  const parameters = parameterValues(
    template,
    given,
    (parameter) => baseScope(world, deployed, undefined, parameter, world.now()),
    (reference, name) => vaultSecret(world, caller.principal, reference, name),
  );
  const views = parameterViews(template, parameters, given);
  const now = new Date(world.now()).toISOString();
  const run = { ...deployed, parameterViews: views, ...(outer && { outer }) };
  const scope = scopeOfRun(world, run, parameters);
  return {
    ...run,
    origin: caller.origin,
    correlationId: caller.correlationId,
    id: order.id,
    ...(order.tags && { tags: order.tags }),
    apiVersion: order.apiVersion,
    mode,
    parameters,
    startedAt: now,
    operation: '',
    steps: plannedSteps(template, scope),
  };
}

/** In lists of operations a resource that is only named, or whose condition does not hold, does not stand. */
function plannedSteps(template: JsonObject, scope: Scope): DeploymentStep[] {
  const planned = plannedResources(template, scope);
  const after = dependencies(template, planned, scope);
  for (const one of planned) if (one.isDeployed) envelopeOf(template, one, scope);
  return planned.map((one) => ({
    ...one,
    after: after.get(one.key) ?? [],
    operationId: randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase(),
    state: 'waiting',
  }));
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes: Complete is for groups, and not for nested ones. */
function modeOf({ properties, place, isNested }: DeploymentOrder): DeploymentMode {
  const mode = String(properties.mode).toLowerCase();
  if (mode === 'incremental') return 'Incremental';
  if (mode !== 'complete') throw new TemplateError(`The deployment mode '${String(properties.mode)}' is not valid.`);
  if (isNested) throw new TemplateError("Nested deployments support the mode 'Incremental' alone.");
  if (place.group === undefined) {
    throw new TemplateError("Deployments at the scope of a subscription support the mode 'Incremental' alone.");
  }
  return 'Complete';
}

/**
 * A nested deployment, as its own request would ask for it.
 *
 * @param scope of the run around it
 * @throws TemplateError; NotKnownYet where a parameter needs what is not deployed yet
 */
export function nestedOrder(run: DeploymentRun, step: DeploymentStep, scope: Scope): DeploymentOrder {
  const resource = resourceAt(run.template, step.source);
  const properties = isJsonObject(resource.properties) ? resource.properties : {};
  const { template = null, ...others } = properties;
  const own = scopeOf(step, scope);
  const evaluated = evaluate(others, own) as JsonObject;
  const { expressionEvaluationOptions: options } = evaluated;
  const isInner = isJsonObject(options) && String(options.scope).toLowerCase() === 'inner';
  const outer: OuterNames | undefined = isInner
    ? undefined
    : {
        template: run.outer?.template ?? run.template,
        parameters: run.outer?.parameters ?? run.parameters,
        copies: Object.fromEntries(own.copies),
      };
  const location = resource.location === undefined ? undefined : String(evaluate(resource.location, own));
  const tags = resource.tags === undefined ? undefined : evaluate(resource.tags, own);
  return {
    id: step.id,
    name: step.name,
    place: step.place,
    ...(location !== undefined && { location }),
    ...(isJsonObject(tags) && { tags }),
    apiVersion: step.apiVersion,
    properties: { ...evaluated, template },
    ...(outer && { outer }),
    isNested: true,
  };
}
