import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { viewOf } from '../../arm/lifecycle.ts';
import { resourceGroup } from '../../types/resource-group.ts';
import type { World } from '../../world.ts';
import { noParameter } from '../definition/parameters.ts';
import { userFunctions, variablesOf } from '../definition/template.ts';
import {
  type LiveResources,
  memberOf,
  NotKnownYet,
  type Place,
  type Scope,
  TemplateError,
} from '../expressions/scope.ts';
import type { OuterNames } from './deployment-run.ts';

/** What a deployment is, as far as its expressions can ask for it. */
export interface Deployed {
  readonly name: string;
  readonly place: Place;
  readonly location?: string;
  readonly template: JsonObject;
  readonly mode: string;
  readonly parameterViews: JsonObject;
  readonly principal: string;
  readonly outer?: OuterNames;
}

/** The scope of the expressions of a deployment's template. @param live what resources answer, while it is under way */
export function scopeOfRun(world: World, deployed: Deployed, parameters: JsonObject, live?: LiveResources): Scope {
  return baseScope(world, deployed, live, (name) => {
    const value = memberOf(deployed.outer?.parameters ?? parameters, name);
    if (value === undefined) throw noParameter(name);
    return value;
  });
}

/** The same with parameters of which each is asked for. */
export function baseScope(
  world: World,
  deployed: Deployed,
  live: LiveResources | undefined,
  parameter: Scope['parameter'],
  now?: number,
): Scope {
  const named = deployed.outer?.template ?? deployed.template;
  const scope: Scope = {
    place: deployed.place,
    parameter,
    variable: (name) => variable(name),
    functions: userFunctions(named),
    copies: new Map(Object.entries(deployed.outer?.copies ?? {})),
    lambdas: new Map(),
    surroundings: surroundings(world, deployed),
    live,
    ...(now !== undefined && { now }),
  };
  const variable = variablesOf(named, () => ({ ...scope, live: undefined }));
  return scope;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment */
function surroundings(world: World, deployed: Deployed): Scope['surroundings'] {
  const { tenantId, subscriptionId } = world.state;
  return {
    deployment: () => ({
      name: deployed.name,
      ...(deployed.location !== undefined && { location: deployed.location }),
      properties: {
        template: { contentVersion: deployed.template.contentVersion ?? null },
        parameters: deployed.parameterViews,
        mode: deployed.mode,
        provisioningState: 'Accepted',
      },
    }),
    subscription: () => ({
      id: `/subscriptions/${deployed.place.subscriptionId}`,
      subscriptionId: deployed.place.subscriptionId,
      tenantId,
      displayName: deployed.place.subscriptionId === subscriptionId ? 'Simulated subscription' : '',
    }),
    resourceGroup: () => groupOf(world, deployed.place),
    tenant: () => ({ tenantId }),
    deployer: () => ({ objectId: deployed.principal, tenantId }),
    environment: () => ENVIRONMENT,
  };
}

function groupOf(world: World, { subscriptionId, group }: Place): Json {
  if (group === undefined) {
    throw new TemplateError(
      "The template function 'RESOURCEGROUP' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.",
    );
  }
  const found = world.resource(`/subscriptions/${subscriptionId}/resourceGroups/${group}`);
  // The template around it may be about to make it.
  if (!found) throw new NotKnownYet(`Resource group '${group}' could not be found.`);
  const { properties, ...view } = viewOf(found, resourceGroup, world);
  return { ...view, properties: isJsonObject(properties) ? properties : {} };
}

/** What is needed of it by names; the suffixes are of the public cloud. */
const ENVIRONMENT: Json = {
  name: 'AzureCloud',
  gallery: 'https://gallery.azure.com/',
  graph: 'https://graph.windows.net/',
  portal: 'https://portal.azure.com',
  resourceManager: 'https://management.azure.com/',
  authentication: {
    loginEndpoint: 'https://login.microsoftonline.com/',
    audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
    tenant: 'common',
    identityProvider: 'AAD',
  },
  suffixes: {
    acrLoginServer: '.azurecr.io',
    keyvaultDns: '.vault.azure.net',
    sqlServerHostname: '.database.windows.net',
    storage: 'core.windows.net',
  },
};
