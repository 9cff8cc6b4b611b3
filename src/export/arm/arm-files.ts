import type { Json, JsonObject } from '../../shared/json.ts';
import { together } from '../lifted-fields.ts';
import type {
  EnvironmentParameter,
  Existing,
  ExportedModule,
  ExportedProject,
  ExportedResource,
  Parameter,
  Term,
} from '../model.ts';
import { termsOf } from '../read-value.ts';
import { armId, armName, armTerm, armValue, type Declared, topOf } from './arm-value.ts';

const SCHEMAS = 'https://schema.management.azure.com/schemas';
/** Of the nested deployments. */
const DEPLOYMENTS = { type: 'Microsoft.Resources/deployments', apiVersion: '2025-04-01' };

/**
 * The environment as one template for a deployment of the subscription, with a nested deployment for each module, and its parameters.
 * Symbolic names: https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration#use-symbolic-name
 */
export function armFiles(project: ExportedProject): ReadonlyMap<string, string> {
  return new Map([
    ['azuredeploy.json', printed(mainTemplate(project))],
    ['azuredeploy.parameters.json', printed(parametersFile(project))],
  ]);
}

function mainTemplate({ title, parameters, group, modules }: ExportedProject): JsonObject {
  const declared: Declared = new Map([[group.symbol, group]]);
  return {
    ...header('2018-05-01/subscriptionDeploymentTemplate.json', title),
    parameters: parametersOf(parameters, declared),
    resources: {
      [group.symbol]: resource(group, declared),
      ...Object.fromEntries(modules.map((module) => [module.symbol, nested(module, group, declared)])),
    },
  };
}

function nested(module: ExportedModule, group: ExportedResource, declared: Declared): JsonObject {
  const { symbol, name, scope, given, after } = module;
  const outputs = Object.values(given).flatMap((term) => (term.kind === 'output' ? [term.module] : []));
  const isOwnGroup = scope.kind === 'group';
  return {
    ...DEPLOYMENTS,
    name,
    ...(isOwnGroup && { resourceGroup: armValue(group.name, declared) }),
    ...(scope.kind === 'other' && {
      ...(scope.subscription !== undefined && { subscriptionId: scope.subscription }),
      resourceGroup: scope.group,
    }),
    ...(scope.kind === 'subscription' && { location: '[deployment().location]' }),
    properties: {
      expressionEvaluationOptions: { scope: 'inner' },
      mode: 'Incremental',
      parameters: Object.fromEntries(
        Object.entries(given).map(([parameter, term]) => [parameter, { value: `[${armTerm(term, declared)}]` }]),
      ),
      template: moduleTemplate(module),
    },
    dependsOn: unique([group.symbol, ...outputs, ...after]).filter((one) => one !== symbol),
  };
}

function moduleTemplate({ title, scope, parameters, existing, resources, outputs }: ExportedModule): JsonObject {
  const declared: Declared = new Map([...existing, ...resources].map((one) => [one.symbol, one]));
  const schema =
    scope.kind === 'subscription'
      ? '2018-05-01/subscriptionDeploymentTemplate.json'
      : '2019-04-01/deploymentTemplate.json';
  return {
    ...header(schema, title),
    parameters: parametersOf(parameters, declared),
    resources: {
      ...Object.fromEntries(existing.map((one) => [one.symbol, { existing: true, ...placed(one, declared) }])),
      ...Object.fromEntries(resources.map((one) => [one.symbol, resource(one, declared)])),
    },
    outputs: Object.fromEntries(
      outputs.map(({ name, value }) => [name, { type: 'string', value: `[${armTerm(value, declared)}]` }]),
    ),
  };
}

function header(schema: string, description: string): JsonObject {
  return {
    $schema: `${SCHEMAS}/${schema}#`,
    languageVersion: '2.0',
    contentVersion: '1.0.0.0',
    metadata: { description },
  };
}

function parametersOf(parameters: readonly (Parameter | EnvironmentParameter)[], declared: Declared): JsonObject {
  return Object.fromEntries(
    parameters.map((one) => {
      const { name, type, description, secure } = one;
      const otherwise = 'otherwise' in one ? one.otherwise : undefined;
      return [
        name,
        {
          type: secure ? 'securestring' : type,
          ...(otherwise && { defaultValue: armValue(otherwise, declared) }),
          metadata: { description },
        },
      ];
    }),
  );
}

function placed(one: ExportedResource | Existing, declared: Declared): JsonObject {
  const { scope } = topOf(one, declared);
  const extended = scope === undefined ? undefined : declared.get(scope);
  return {
    type: one.type,
    apiVersion: one.apiVersion,
    ...(extended && { scope: `[${armId(extended, declared)}]` }),
    name: armName(one, declared),
  };
}

function resource(one: ExportedResource, declared: Declared): JsonObject {
  const { title, body, secretBody, after, parent, scope } = one;
  const whole = together(body, secretBody);
  const named = [...termsOf(one.name), ...termsOf(whole)].flatMap((term: Term) =>
    term.kind === 'property' ? [term.of] : [],
  );
  const above = [parent, scope].flatMap((symbol) => (symbol === undefined ? [] : [symbol]));
  const before = unique([...above, ...named, ...after]).filter((symbol) => 'body' in (declared.get(symbol) ?? {}));
  return {
    metadata: { description: title },
    ...placed(one, declared),
    ...(armValue(whole, declared) as JsonObject),
    ...(before.length > 0 && { dependsOn: before }),
  };
}

/** A secret is read from the vault of the environment, where there is one. */
function parametersFile({ parameters, vault }: ExportedProject): JsonObject {
  const id =
    vault &&
    `/subscriptions/${vault.subscriptionId}/resourceGroups/${vault.group}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
  return {
    $schema: `${SCHEMAS}/2019-04-01/deploymentParameters.json#`,
    contentVersion: '1.0.0.0',
    parameters: Object.fromEntries(
      parameters.flatMap(({ name, secure, secret, value }): [string, Json][] => {
        if (secure && secret !== undefined && id !== undefined)
          return [[name, { reference: { keyVault: { id }, secretName: secret } }]];
        return secure || value === undefined ? [] : [[name, { value }]];
      }),
    ),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function printed(value: JsonObject): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
