import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, ok, refused } from '../arm/message.ts';
import type { SubRequest } from '../arm/resource-type.ts';
import type { StoredResource } from '../store.ts';
import { refuseApp } from './refusals.ts';
import { hostNameOf } from './site-state.ts';

/** A function as the host has indexed it. */
export interface IndexedFunction {
  readonly name: string;
  /** As in `function.json`: with `type`, `direction` and `name`. */
  readonly bindings: readonly JsonObject[];
}

export function functionsOf({ extra }: StoredResource): readonly IndexedFunction[] {
  const kept = Array.isArray(extra.functions) ? extra.functions.filter(isJsonObject) : [];
  return kept.map(({ name, bindings }) => ({
    name: String(name),
    bindings: Array.isArray(bindings) ? bindings.filter(isJsonObject) : [],
  }));
}

/** What the front end knows of the functions; it learns it when the host has started with new code: `syncfunctiontriggers`. */
export function keepFunctions({ extra }: StoredResource, functions: readonly IndexedFunction[]): void {
  extra.functions = functions.map(({ name, bindings }): Json => ({ name, bindings: [...bindings] }));
}

/** https://learn.microsoft.com/rest/api/appservice/web-apps/list-functions, …/get-function */
export function answerFunctions(
  { resource, request }: SubRequest,
  [name, ...more]: readonly string[],
): ArmReply | undefined {
  if (request.method !== 'GET' || more.length > 0) return undefined;
  const functions = functionsOf(resource);
  if (name === undefined) return ok({ value: functions.map((one) => viewOf(resource, one)) });
  const found = functions.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return found
    ? ok(viewOf(resource, found))
    : refused(refuseApp(404, 'NotFound', `Function with name '${name}' does not exist.`));
}

function viewOf(site: StoredResource, { name, bindings }: IndexedFunction): JsonObject {
  return {
    id: `${site.id}/functions/${name}`,
    name: `${site.name}/${name}`,
    type: 'Microsoft.Web/sites/functions',
    location: site.body.location ?? '',
    properties: {
      name,
      function_app_id: site.id,
      href: `https://${hostNameOf(site)}/admin/functions/${name}`,
      config: { name, bindings: [...bindings] },
      language: 'node',
      isDisabled: false,
    },
  };
}
