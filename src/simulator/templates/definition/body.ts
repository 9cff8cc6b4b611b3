import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { evaluate } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import { resourceAt } from './dependencies.ts';
import { type PlannedResource, scopeOf } from './steps.ts';

/** Members of a resource in a template that are about its deployment, not of its body. */
const ABOUT: readonly string[] = [
  'type',
  'apiVersion',
  'name',
  'scope',
  'dependsOn',
  'metadata',
  'existing',
  'condition',
  'copy',
  'comments',
  'resources',
  'resourceGroup',
  'subscriptionId',
];

/**
 * The body of a resource's write. Only its `properties` may hold what other resources answer: all else must be known when a
 * deployment begins (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#valid-uses-1).
 *
 * @throws TemplateError
 */
export function bodyOf(
  template: JsonObject,
  planned: PlannedResource,
  scope: Scope,
  unknown?: Parameters<typeof evaluate>[2],
): JsonObject {
  const own = scopeOf(planned, scope);
  const { properties } = resourceAt(template, planned.source);
  const rest = envelopeOf(template, planned, scope, unknown);
  return properties === undefined ? rest : { ...rest, properties: evaluate(properties, own, unknown) };
}

/** The body but for its `properties`. @throws TemplateError */
export function envelopeOf(
  template: JsonObject,
  planned: PlannedResource,
  scope: Scope,
  unknown?: Parameters<typeof evaluate>[2],
): JsonObject {
  const members = Object.entries(resourceAt(template, planned.source)).filter(
    ([key]) => !ABOUT.includes(key) && key !== 'properties',
  );
  const found: Json = evaluate(Object.fromEntries(members), { ...scopeOf(planned, scope), live: undefined }, unknown);
  return isJsonObject(found) ? found : {};
}
