import { hashJson, isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import { type Expression, parseExpression } from '../../../src/simulator/templates/expressions/parse-expression.ts';

/** A resource that a template deploys. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
}

export interface TemplateWorld {
  readonly subscription: string;
  readonly tenant: string;
  readonly deployer: string;
  /** The properties that a resource answers of itself. */
  answers(type: string): JsonObject;
}

interface Scope {
  readonly world: TemplateWorld;
  /** Undefined: the subscription. */
  readonly group: string | undefined;
  readonly parameters: JsonObject;
  readonly outputs: Map<string, JsonObject>;
  readonly resources: JsonObject;
}

/** What a deployment of the template would send, in the order of its dependencies; nested deployments too. */
export function deployTemplate(
  template: JsonObject,
  parameters: JsonObject,
  world: TemplateWorld,
): readonly TemplateResource[] {
  return deployed(template, parameters, { world, group: undefined }).resources;
}

function deployed(
  template: JsonObject,
  given: JsonObject,
  place: Pick<Scope, 'world' | 'group'>,
): { readonly resources: readonly TemplateResource[]; readonly outputs: JsonObject } {
  const declared = objectAt(template, 'parameters');
  // Defaults may name parameters that are given.
  const blank: Scope = { ...place, parameters: given, outputs: new Map(), resources: {} };
  for (const name of Object.keys(given))
    if (!(name in declared)) throw new Error(`the template has no parameter ${name}`);
  const parameters = Object.fromEntries(
    Object.entries(declared).map(([name, one]) => {
      const otherwise = isJsonObject(one) ? one.defaultValue : undefined;
      const value = given[name] ?? (otherwise === undefined ? undefined : evaluate(otherwise, blank));
      if (value === undefined) throw new Error(`the parameter ${name} has no value`);
      return [name, value];
    }),
  );
  const all = named(template.resources ?? {});
  const scope: Scope = { ...blank, parameters, resources: all };
  const found: TemplateResource[] = [];
  for (const symbol of inOrder(all)) {
    const one = objectAt(all, symbol);
    if (one.existing === true) continue;
    if (one.type !== 'Microsoft.Resources/deployments') {
      found.push(resourceOf(one, scope));
      continue;
    }
    const { resourceGroup, subscriptionId } = one;
    const properties = objectAt(one, 'properties');
    const inner = Object.fromEntries(
      Object.entries(objectAt(properties, 'parameters')).map(([name, value]) => [
        name,
        evaluate(objectAt({ value }, 'value').value ?? null, scope),
      ]),
    );
    const group = resourceGroup === undefined ? place.group : String(evaluate(resourceGroup, scope));
    const world = subscriptionId === undefined ? place.world : { ...place.world, subscription: String(subscriptionId) };
    const result = deployed(objectAt(properties, 'template'), inner, { world, group });
    scope.outputs.set(symbol, result.outputs);
    found.push(...result.resources);
  }
  const outputs = Object.fromEntries(
    Object.entries(objectAt(template, 'outputs')).map(([name, one]) => [
      name,
      { value: evaluate(objectAt({ one }, 'one').value ?? null, scope) },
    ]),
  );
  return { resources: found, outputs };
}

/** Bicep writes a list where nothing is existing and no symbol is needed; its names are then those of the resources. */
function named(resources: Json): JsonObject {
  if (!Array.isArray(resources)) return isJsonObject(resources) ? resources : {};
  return Object.fromEntries(resources.map((one, index) => [String(index), one]));
}

function inOrder(all: JsonObject): readonly string[] {
  const order: string[] = [];
  const visit = (symbol: string, path: readonly string[]): void => {
    if (path.includes(symbol)) throw new Error(`a circle: ${[...path, symbol].join(' → ')}`);
    if (order.includes(symbol) || !(symbol in all)) return;
    const { dependsOn } = objectAt(all, symbol);
    for (const before of Array.isArray(dependsOn) ? dependsOn : []) visit(String(before), [...path, symbol]);
    order.push(symbol);
  };
  for (const symbol of Object.keys(all)) visit(symbol, []);
  return order;
}

const ABOUT = ['type', 'apiVersion', 'name', 'scope', 'dependsOn', 'metadata', 'existing'];

function resourceOf(one: JsonObject, scope: Scope): TemplateResource {
  const type = String(one.type);
  const body = Object.fromEntries(
    Object.entries(one).flatMap(([key, value]) => (ABOUT.includes(key) ? [] : [[key, evaluate(value, scope)]])),
  );
  return { id: idOf(one, scope), type, apiVersion: String(one.apiVersion), body };
}

function idOf(one: JsonObject, scope: Scope): string {
  const type = String(one.type);
  const names = String(evaluate(one.name ?? '', scope)).split('/');
  if (one.scope !== undefined) return typedId(`${String(evaluate(one.scope, scope))}/providers/`, type, names);
  return placedId(scope, type, names);
}

function placedId({ world, group }: Scope, type: string, names: readonly string[]): string {
  if (type === 'Microsoft.Resources/resourceGroups') return `${base(world)}/resourceGroups/${names.join('/')}`;
  const place = group === undefined ? base(world) : `${base(world)}/resourceGroups/${group}`;
  return typedId(`${place}/providers/`, type, names);
}

function base({ subscription }: TemplateWorld): string {
  return `/subscriptions/${subscription}`;
}

function typedId(before: string, type: string, names: readonly string[]): string {
  const [namespace = '', ...types] = type.split('/');
  return before + [namespace, ...types.flatMap((part, index) => [part, names[index] ?? ''])].join('/');
}

function evaluate(value: Json, scope: Scope): Json {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [String(evaluate(key, scope)), evaluate(member, scope)]),
    );
  }
  // https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters
  if (typeof value !== 'string' || !value.startsWith('[') || !value.endsWith(']')) return value;
  if (value.startsWith('[[')) return value.slice(1);
  return valueOfExpression(parseExpression(value.slice(1, -1)), scope);
}

function valueOfExpression(expression: Expression, scope: Scope): Json {
  if (expression.kind === 'value') return expression.value;
  if (expression.kind === 'member') {
    const of = valueOfExpression(expression.of, scope);
    const name = valueOfExpression(expression.name, scope);
    const found = Array.isArray(of) ? of[Number(name)] : isJsonObject(of) ? of[String(name)] : undefined;
    if (found === undefined) throw new Error(`${JSON.stringify(of)} has no ${String(name)}`);
    return found;
  }
  const { name, args } = expression;
  const call = FUNCTIONS[name];
  if (!call) throw new Error(`no function is called ${name}`);
  return call(
    args.map((arg) => valueOfExpression(arg, scope)),
    scope,
  );
}

type Call = (args: readonly Json[], scope: Scope) => Json;

const FUNCTIONS: Readonly<Record<string, Call>> = {
  parameters: ([name], { parameters }) => parameters[String(name)] ?? fail(`no parameter ${String(name)}`),
  concat: (args) => args.map(String).join(''),
  // Braces of the text itself are doubled, as .NET has it.
  format: ([pattern, ...args]) =>
    String(pattern).replace(/\{\{|\}\}|\{(\d+)\}/g, (whole, index) =>
      index === undefined ? whole.charAt(0) : String(args[Number(index)]),
    ),
  replace: ([text, from, to]) => String(text).replaceAll(String(from), String(to)),
  json: ([text]) => JSON.parse(String(text)) as Json,
  createObject: (args) =>
    Object.fromEntries(args.flatMap((key, index) => (index % 2 === 0 ? [[String(key), args[index + 1] ?? null]] : []))),
  coalesce: (args) => args.find((one) => one !== null) ?? null,
  tryGet: ([of, key]) => (isJsonObject(of ?? null) ? ((of as JsonObject)[String(key)] ?? null) : null),
  // Only that equal parts give equal names matters here.
  guid: (args) => `guid-${hashJson(args)}`,
  uniqueString: (args) => hashJson(args).slice(0, 13),
  deployment: () => ({ name: 'main', location: 'westeurope' }),
  subscription: (_, { world }) => ({ subscriptionId: world.subscription, id: base(world) }),
  tenant: (_, { world }) => ({ tenantId: world.tenant }),
  deployer: (_, { world }) => ({ objectId: world.deployer }),
  resourceId: (args, scope) => {
    const at = args.findIndex((one) => String(one).includes('/'));
    const group = at > 0 ? String(args[at - 1]) : scope.group;
    return placedId({ ...scope, group }, String(args[at]), args.slice(at + 1).map(String));
  },
  subscriptionResourceId: (args, scope) => {
    const at = args.findIndex((one) => String(one).includes('/'));
    return placedId({ ...scope, group: undefined }, String(args[at]), args.slice(at + 1).map(String));
  },
  extensionResourceId: ([of, type, ...names]) => typedId(`${String(of)}/providers/`, String(type), names.map(String)),
  reference: ([of, , full], scope) => {
    const outputs = scope.outputs.get(String(of)) ?? scope.outputs.get(symbolOfDeployment(String(of), scope));
    if (outputs) return { outputs };
    const one = Object.values(scope.resources).filter(isJsonObject);
    const found =
      scope.resources[String(of)] ?? one.find((other) => other.type !== DEPLOYMENTS && idOf(other, scope) === of);
    const answers = scope.world.answers(isJsonObject(found) ? String(found.type) : typeOfId(String(of)));
    return full === 'full' ? { properties: answers } : answers;
  },
};

const DEPLOYMENTS = 'Microsoft.Resources/deployments';

/** Without symbolic names a nested deployment is named by its id. */
function symbolOfDeployment(id: string, scope: Scope): string {
  const found = Object.entries(scope.resources).find(([, one]) => {
    if (!isJsonObject(one) || one.type !== DEPLOYMENTS) return false;
    return id.endsWith(`/${String(evaluate(one.name ?? '', scope))}`);
  });
  return found?.[0] ?? '';
}

function typeOfId(id: string): string {
  const [namespace = '', ...path] = (id.split('/providers/').at(-1) ?? '').split('/');
  return [namespace, ...path.filter((_, index) => index % 2 === 0)].join('/');
}

function objectAt(of: JsonObject, key: string): JsonObject {
  const { [key]: value } = of;
  return isJsonObject(value) ? value : {};
}

function fail(message: string): never {
  throw new Error(message);
}
