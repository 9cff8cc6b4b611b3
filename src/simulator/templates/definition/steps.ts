import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { copyCount, turn } from '../expressions/copies.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { idBelow, placedId } from '../expressions/functions/resources.ts';
import { type Place, type Scope, TemplateError } from '../expressions/scope.ts';
import { MOST_RESOURCES } from './template.ts';

export const DEPLOYMENT_TYPE = 'Microsoft.Resources/deployments';

/** One resource that a template deploys or names: a turn of its loop, where it has one. */
export interface PlannedResource {
  /** Unique in the template: its symbol or place, with the turn of the loop. */
  readonly key: string;
  /** Where it stands in the template. */
  readonly source: readonly (string | number)[];
  readonly symbol?: string;
  readonly copy?: Loop;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  /** Where a nested deployment is. */
  readonly place: Place;
  /** Its condition holds, and it is not just named. */
  readonly isDeployed: boolean;
  readonly isExisting: boolean;
}

interface Loop {
  readonly name: string;
  readonly index: number;
  readonly batch?: number;
}

/** A resource as it is written, with the type and the names of what it is written inside of. */
interface Written {
  readonly source: readonly (string | number)[];
  readonly symbol?: string;
  readonly resource: JsonObject;
  readonly parent?: Pick<PlannedResource, 'type' | 'name' | 'place'>;
}

/**
 * All resources of a template, loops unrolled, those inside of others too.
 *
 * @throws TemplateError
 */
export function plannedResources(template: JsonObject, scope: Scope): readonly PlannedResource[] {
  const { resources = [] } = template;
  const written: Written[] = Object.entries(resources as JsonObject).map(([key, resource]) => ({
    source: ['resources', Array.isArray(resources) ? Number(key) : key],
    ...(!Array.isArray(resources) && { symbol: key }),
    resource: objectOf(resource, key),
  }));
  const planned = written.flatMap((one) => unrolled(one, scope));
  if (planned.length > MOST_RESOURCES) {
    throw new TemplateError(
      `The number of template resources limit exceeded. Limit: ${MOST_RESOURCES} and actual: ${planned.length}. Please see https://aka.ms/arm-syntax-resources for usage details.`,
    );
  }
  checkTwice(planned);
  return planned;
}

/** The scope in which a resource of a loop is evaluated. */
export function scopeOf({ copy }: Pick<PlannedResource, 'copy'>, scope: Scope): Scope {
  return copy ? turn(scope, copy.name, copy.index) : scope;
}

function objectOf(resource: Json, key: string): JsonObject {
  if (isJsonObject(resource)) return resource;
  throw new TemplateError(`The template resource '${key}' is not a JSON object.`);
}

function unrolled(one: Written, scope: Scope): readonly PlannedResource[] {
  const { copy } = one.resource;
  if (!isJsonObject(copy)) return withChildren(one, scope, undefined);
  const name = String(copy.name ?? one.symbol);
  const count = copyCount(evaluate(copy.count ?? null, scope), name);
  const size = String(copy.mode).toLowerCase() === 'serial' ? Number(evaluate(copy.batchSize ?? 1, scope)) : undefined;
  if (size !== undefined && !(size >= 1)) {
    throw new TemplateError(
      `The 'batchSize' of '${name}' must be at least 1. Please see https://aka.ms/arm-copy for usage details.`,
    );
  }
  return Array.from(
    { length: count },
    (_, index): Loop => ({
      name,
      index,
      ...(size !== undefined && { batch: Math.floor(index / size) }),
    }),
  ).flatMap((loop) => withChildren(one, turn(scope, name, loop.index), loop));
}

function withChildren(one: Written, scope: Scope, copy: Loop | undefined): readonly PlannedResource[] {
  const planned = plannedResource(one, scope, copy);
  const { resources } = one.resource;
  const children = Array.isArray(resources) ? resources : [];
  return [
    planned,
    ...children.flatMap((child, index) => {
      const resource = objectOf(child, planned.name);
      return withChildren({ source: [...one.source, 'resources', index], resource, parent: planned }, scope, copy);
    }),
  ];
}

function plannedResource(one: Written, scope: Scope, copy: Loop | undefined): PlannedResource {
  const { resource, symbol, source, parent } = one;
  const written = (key: string): string => {
    const value = evaluate(resource[key] ?? null, scope);
    if (typeof value === 'string' && value !== '') return value;
    throw new TemplateError(
      `The '${key}' property of the template resource at '${source.join('.')}' must be a text. Please see https://aka.ms/arm-syntax-resources for usage details.`,
    );
  };
  if (resource.import !== undefined || resource.extension !== undefined) {
    throw new TemplateError(
      `The simulator does not know the extension of the template resource at '${source.join('.')}'.`,
    );
  }
  const type = joined(parent?.type, written('type'));
  const name = joined(parent?.name, written('name'));
  checkSegments(type, name);
  const place = placeOf(resource, scope);
  const condition = resource.condition === undefined ? true : evaluate(resource.condition, scope);
  if (typeof condition !== 'boolean') {
    throw new TemplateError(
      `The value of the 'condition' property of the template resource '${name}' must be a boolean. Please see https://aka.ms/arm-syntax-resources for usage details.`,
    );
  }
  const isExisting = resource.existing === true;
  return {
    key: `${symbol ?? source.join('.')}${copy ? `[${copy.index}]` : ''}`,
    source,
    ...(symbol !== undefined && { symbol }),
    ...(copy && { copy }),
    id: idOf(resource, type, name, place, scope),
    type,
    name,
    apiVersion: written('apiVersion'),
    place,
    isDeployed: condition && !isExisting,
    isExisting,
  };
}

/** Inside of another one, type and name may be written without those of the other. */
function joined(outer: string | undefined, own: string): string {
  if (outer === undefined || own.toLowerCase().startsWith(`${outer.toLowerCase()}/`)) return own;
  return `${outer}/${own}`;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-name-segments */
function checkSegments(type: string, name: string): void {
  if (type.split('/').length === name.split('/').length + 1) return;
  throw new TemplateError(
    `The template resource '${name}' for type '${type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details.`,
  );
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group#deploy-to-multiple-resource-groups */
function placeOf({ subscriptionId, resourceGroup }: JsonObject, scope: Scope): Place {
  const { place } = scope;
  const text = (value: Json | undefined) => (value === undefined ? undefined : String(evaluate(value, scope)));
  const group = text(resourceGroup) ?? (subscriptionId === undefined ? place.group : undefined);
  return { subscriptionId: text(subscriptionId) ?? place.subscriptionId, ...(group !== undefined && { group }) };
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/scope-extension-resources */
function idOf(resource: JsonObject, type: string, name: string, place: Place, scope: Scope): string {
  const names = name.split('/');
  if (resource.scope === undefined) return placedId(place, type, names);
  const target = String(evaluate(resource.scope, scope));
  if (/^\/subscriptions\//i.test(target)) return idBelow(target, type, names);
  if (target.startsWith('/')) throw new TemplateError(`The simulator does not know the scope '${target}'.`);
  const [namespace = '', ...path] = target.split('/');
  const types = [namespace, ...path.filter((_, index) => index % 2 === 0)].join('/');
  return idBelow(
    placedId(
      place,
      types,
      path.filter((_, index) => index % 2 === 1),
    ),
    type,
    names,
  );
}

function checkTwice(planned: readonly PlannedResource[]): void {
  const seen = new Set<string>();
  for (const { id, name, isDeployed } of planned) {
    if (!isDeployed) continue;
    if (seen.has(id.toLowerCase())) {
      throw new TemplateError(
        `The resource '${name}' is defined multiple times in a template. Please see https://aka.ms/arm-syntax-resources for usage details.`,
      );
    }
    seen.add(id.toLowerCase());
  }
}
