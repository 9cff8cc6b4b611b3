import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { evaluate, isExpression, parsed } from '../expressions/evaluate.ts';
import type { Expression } from '../expressions/parse-expression.ts';
import { type Scope, TemplateError } from '../expressions/scope.ts';
import { DEPLOYMENT_TYPE, type PlannedResource, scopeOf } from './steps.ts';

/**
 * Which resources must be done before each: those that `dependsOn` names, those that `reference` and `list…` name in the same
 * template without an id of their own, and the batch before in a serial loop
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-dependency).
 *
 * @returns keys by key
 * @throws TemplateError something is named that is not there, or they go round in a circle
 */
export function dependencies(
  template: JsonObject,
  planned: readonly PlannedResource[],
  scope: Scope,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map(
    planned.map((one) => {
      const own = scopeOf(one, scope);
      const resource = resourceAt(template, one.source);
      const named = [
        ...explicit(resource, planned, own),
        ...implicit(resource, planned, own),
        ...batchBefore(one, planned),
      ];
      return [one.key, [...new Set(named.map(({ key }) => key))].filter((key) => key !== one.key)] as const;
    }),
  );
  for (const one of planned) visit(one, [], found, planned, new Set());
  return found;
}

export function resourceAt(template: JsonObject, source: readonly (string | number)[]): JsonObject {
  let at: Json = template;
  for (const key of source) at = (at as JsonObject)[key] ?? {};
  return at as JsonObject;
}

/** The resources that a text names: by symbol, id, name, the name of their loop, or type and name. */
export function namedResources(text: string, planned: readonly PlannedResource[]): readonly PlannedResource[] {
  const wanted = text.toLowerCase();
  const names = (one: PlannedResource): readonly (string | undefined)[] =>
    one.symbol === undefined
      ? [one.id, one.copy?.name, one.name, one.id.split(/\/providers\//i).at(-1), typeAndName(one)]
      : [one.key, one.symbol];
  const found = planned.filter((one) => names(one).some((name) => name?.toLowerCase() === wanted));
  // With symbols, ids are still taken where somebody has written one.
  return found.length > 0 ? found : planned.filter(({ id }) => id.toLowerCase() === wanted);
}

function typeAndName({ type, name }: PlannedResource): string {
  return `${type}/${name}`;
}

function explicit(
  { dependsOn }: JsonObject,
  planned: readonly PlannedResource[],
  scope: Scope,
): readonly PlannedResource[] {
  const texts = dependsOn === undefined ? [] : evaluate(dependsOn, scope);
  if (!Array.isArray(texts)) throw new TemplateError("The 'dependsOn' of a template resource must be a list.");
  return texts.flatMap((text) => {
    const found = namedResources(String(text), planned);
    if (found.length === 0) throw notDefined(String(text));
    return found;
  });
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found */
export function notDefined(name: string): TemplateError {
  return new TemplateError(
    `The resource '${name}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.`,
  );
}

function implicit(resource: JsonObject, planned: readonly PlannedResource[], scope: Scope): readonly PlannedResource[] {
  return expressionsOf(withoutTemplate(resource)).flatMap((text) =>
    callsOf(parsed(text)).flatMap(({ name, args: [first, version] }) => {
      if (!/^(?:reference|list.+)$/i.test(name) || !first) return [];
      const target = knownText(first, scope);
      const isOwn =
        target !== undefined && (!target.startsWith('/') || (name.toLowerCase() === 'reference' && !version));
      return isOwn ? namedResources(target, planned) : [];
    }),
  );
}

/** A text that is known beforehand. */
function knownText(expression: Expression, scope: Scope): string | undefined {
  try {
    const value = evaluate(`[${written(expression)}]`, scope);
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function written(expression: Expression): string {
  switch (expression.kind) {
    case 'value':
      return typeof expression.value === 'number'
        ? String(expression.value)
        : `'${expression.value.replaceAll("'", "''")}'`;
    case 'member':
      return `${written(expression.of)}[${written(expression.name)}]`;
    case 'call':
      return `${expression.name}(${expression.args.map(written).join(', ')})`;
  }
}

/** What a nested deployment deploys names resources of its own. */
function withoutTemplate(resource: JsonObject): JsonObject {
  const { resources: _, properties, ...rest } = resource;
  if (resource.type !== DEPLOYMENT_TYPE || !isJsonObject(properties))
    return { ...rest, properties: properties ?? null };
  const { template: __, ...others } = properties;
  return { ...rest, properties: others };
}

function expressionsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return isExpression(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(expressionsOf);
  return isJsonObject(value)
    ? Object.entries(value).flatMap(([key, one]) => [...expressionsOf(key), ...expressionsOf(one)])
    : [];
}

function callsOf(expression: Expression): readonly Extract<Expression, { kind: 'call' }>[] {
  switch (expression.kind) {
    case 'value':
      return [];
    case 'member':
      return [...callsOf(expression.of), ...callsOf(expression.name)];
    case 'call':
      return [expression, ...expression.args.flatMap(callsOf)];
  }
}

function batchBefore(
  { copy, source }: PlannedResource,
  planned: readonly PlannedResource[],
): readonly PlannedResource[] {
  const { batch } = copy ?? {};
  if (batch === undefined || batch === 0) return [];
  return planned.filter((one) => one.copy?.batch === batch - 1 && String(one.source) === String(source));
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template#solution-5---circular-dependency */
function visit(
  one: PlannedResource,
  path: readonly string[],
  all: ReadonlyMap<string, readonly string[]>,
  planned: readonly PlannedResource[],
  done: Set<string>,
): void {
  if (path.includes(one.key)) {
    throw new TemplateError(
      `Circular dependency detected on resource: '${one.id}'. Please see https://aka.ms/arm-syntax-resources for usage details.`,
    );
  }
  if (done.has(one.key)) return;
  for (const key of all.get(one.key) ?? []) {
    const next = planned.find((other) => other.key === key);
    if (next) visit(next, [...path, one.key], all, planned, done);
  }
  done.add(one.key);
}
