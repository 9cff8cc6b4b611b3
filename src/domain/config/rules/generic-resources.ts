import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { suggestion } from '../../../shared/suggestion.ts';
import { circlesOf } from '../../circles.ts';
import type { GenericResourceConfig } from '../../generic/generic-config.ts';
import { parentType } from '../../generic/generic-config.ts';
import { familiesOf, genericKeys, isKey, resourcesNamedBy, stepsNeededBy } from '../../generic/generic-place.ts';
import { isSecretPath, plainSecrets } from '../../generic/plain-secrets.ts';
import { typeOf } from '../../ids.ts';
import { mayRefer } from '../../references/reference-text.ts';
import { referencesOf } from '../../references/references.ts';
import { templateNamed } from '../../templates/template-key.ts';
import { MAX_PROBLEMS } from '../document/document.ts';
import type { DeploymentConfig } from '../model.ts';
import { problem, type RuleProblem, searchedProblem } from './rule.ts';

/** Of resources of any type what can be said without knowing their types. */
export function genericResources(config: DeploymentConfig): readonly RuleProblem[] {
  const found = Object.entries(config.resources ?? {}).flatMap(([key, resource]) => [
    ...ownKey(key),
    ...names(key, resource),
    ...places(config, key, resource),
    ...addresses(key, resource),
    ...bodies(key, resource),
    ...secretsInBody(key, resource),
    ...secretOutputs(key, resource),
    ...values(key, resource),
    ...others(config, key, resource),
    ...packages(key, resource),
  ]);
  // What names something that is not there is in no order.
  return found.length > 0 ? found : [...twice(config), ...order(config)];
}

function ownKey(key: string): readonly RuleProblem[] {
  if (/^[A-Za-z][\w-]*$/.test(key)) return [];
  return [{ ...at(key, [], 'allowed in the key: a letter, then letters, digits, _ and -'), isAboutKey: true }];
}

function names(key: string, { type, name, parent }: GenericResourceConfig): readonly RuleProblem[] {
  const wanted = parent === undefined ? type.split('/').length - 1 : 1;
  const given = asNamed(name).split('/');
  if (given.length === wanted && !given.includes('')) return [];
  const form = Array.from({ length: wanted }, () => 'NAME').join('/');
  return [
    at(
      key,
      ['name'],
      `found ${JSON.stringify(name)}; of ${type} it is ${form}${wanted > 1 ? ', or NAME with a parent' : ''}`,
    ),
  ];
}

/** The ids of these say otherwise what they are: https://learn.microsoft.com/rest/api/resources/resource-groups/create-or-update */
const WITHOUT_PROVIDER = ['microsoft.resources/resourcegroups', 'microsoft.resources/subscriptions'];

function places(
  config: DeploymentConfig,
  key: string,
  { type, parent, scope }: GenericResourceConfig,
): readonly RuleProblem[] {
  if (WITHOUT_PROVIDER.includes(type.toLowerCase()))
    return [at(key, ['type'], `${type} cannot be made here; azure says in which subscription and group everything is`)];
  if (parent !== undefined && scope !== undefined)
    return [at(key, ['scope'], 'and parent both say where it is; keep one')];
  if (scope !== undefined && !isAddress(scope)) return [at(key, ['scope'], notAnId(scope))];
  if (parent === undefined) return [];
  if (parentType(type) === undefined)
    return [at(key, ['parent'], `${type} is the child of nothing; an extension has a scope`)];
  if (isAddress(parent)) return mayRefer(parent) ? [] : ofWrongType(key, type, parent, typeOf(parent));
  const above = isKey(config, parent) ? config.resources?.[parent] : undefined;
  if (!above) return [at(key, ['parent'], `${notAnId(parent)}${meant(config, parent)}`)];
  return ofWrongType(key, type, parent, above.type);
}

function ofWrongType(key: string, type: string, parent: string, found: string): readonly RuleProblem[] {
  if (found.toLowerCase() === parentType(type)?.toLowerCase()) return [];
  return [
    at(
      key,
      ['parent'],
      `${parent} is of the type ${found === '' ? '(none)' : found}, and the parent of ${type} is not`,
    ),
  ];
}

/**
 * All of these become parts of an address, and must not lead anywhere else. No name has these characters:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
function addresses(
  key: string,
  { name, parent = '', scope = '', secrets = {}, readAction = '', package: archive = '' }: GenericResourceConfig,
): readonly RuleProblem[] {
  const given: readonly (readonly [path: readonly string[], address: string])[] = [
    [['name'], name],
    [['parent'], parent.replace(/^\//, '')],
    [['scope'], scope.replace(/^\/|\/+$/g, '')],
    [['read'], readAction],
    [['package'], archive],
    ...Object.entries(secrets).map(([secret, { action }]) => [['secrets', secret, 'action'], action] as const),
  ];
  return given
    .filter(([, address]) => address !== '' && asNamed(address).split('/').some(leadsElsewhere))
    .map(([path]) => at(key, path, 'has a part that is empty, . or .., or one of the characters ?, #, % and \\'));
}

function leadsElsewhere(part: string): boolean {
  return ['', '.', '..'].includes(part) || /[?#%\\]/.test(part);
}

/** With something in place of each reference. */
function asNamed(text: string): string {
  return text.replaceAll(/\$\{\{.*?\}\}/g, 'x');
}

function isAddress(text: string): boolean {
  return text.startsWith('/') || text.startsWith('${{');
}

function notAnId(text: string): string {
  return `found ${JSON.stringify(text)}; expected the key of a resource, an id, or a reference to one`;
}

function meant({ resources = {} }: DeploymentConfig, key: string): string {
  const found = suggestion(key, Object.keys(resources));
  return found === undefined ? '' : `; did you mean ${found}?`;
}

/** Said beside the body, since it depends on the type whether there is one; of ids and types Azure makes its own. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    id: 'name, parent and scope',
    name: 'name',
    type: 'type',
    location: 'location',
  }),
);

function bodies(
  key: string,
  { body, writeOnly = [], wholeArrays = [] }: GenericResourceConfig,
): readonly RuleProblem[] {
  return [
    // Azure reads names of members in whatever case.
    ...Object.keys(body).flatMap((name) => {
      const said = ELSEWHERE.get(name.toLowerCase());
      return said === undefined ? [] : [at(key, ['body', name], `is said as resources.${key}.${said}`)];
    }),
    ...(body.tags === undefined || isJsonObject(body.tags)
      ? []
      : [at(key, ['body', 'tags'], 'are names with their texts')]),
    ...notInBody(key, body, { write_only: writeOnly, whole: wholeArrays }),
  ];
}

/** Of paths of the body, by the keys that have them. */
function notInBody(
  key: string,
  body: JsonObject,
  paths: Readonly<Record<string, readonly string[]>>,
): readonly RuleProblem[] {
  return Object.entries(paths).flatMap(([name, all]) =>
    all.flatMap((path, index) =>
      Object.hasOwn(body, path.split('.')[0] ?? '') ? [] : [at(key, [name, String(index)], `the body has no ${path}`)],
    ),
  );
}

/** A body is kept as it stands in the file, and so is what was applied of it. */
function secretsInBody(key: string, { body }: GenericResourceConfig): readonly RuleProblem[] {
  const message = 'has a secret in plain text; give it under secrets, and name it here as ${{secrets.NAME}}';
  return plainSecrets(body, ['body']).map((path) => at(key, path, message));
}

function secretOutputs(
  key: string,
  { outputs = {}, publicOutputs = [] }: GenericResourceConfig,
): readonly RuleProblem[] {
  return Object.entries(outputs).flatMap(([name, path]) => {
    if (publicOutputs.includes(name) || !isSecretPath(path.split('.'))) return [];
    const message = `${path} is a secret, and outputs lie in the state; ask for it under resources.${key}.secrets`;
    return [at(key, ['outputs', name], message)];
  });
}

/** YAML has values that JSON has not: `.nan`, `!!binary`; and an integer of more than 53 bits would be sent as another one. */
function values(key: string, { body, secrets = {} }: GenericResourceConfig): readonly RuleProblem[] {
  const bodiesOfActions = Object.entries(secrets).map(
    ([secret, { body: given }]) => [['secrets', secret, 'body'], given ?? {}] as const,
  );
  return [[['body'], body] as const, ...bodiesOfActions].flatMap(([path, value]) =>
    withoutJson(value, path).map((place) =>
      at(key, place, 'is nothing that is sent as it stands here; write it as text'),
    ),
  );
}

function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Places of what is no JSON, or would become another number. */
export function withoutJson(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value === 'number') return Number.isFinite(value) && !isRounded(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Uint8Array) return [path];
  return Object.entries(value).flatMap(([name, member]) => withoutJson(member, [...path, name]));
}

function others(
  config: DeploymentConfig,
  key: string,
  { dependsOn = [] }: GenericResourceConfig,
): readonly RuleProblem[] {
  return dependsOn.flatMap((other, index) =>
    isKey(config, other)
      ? []
      : [
          searchedProblem(
            ['resources', key, 'depends_on', String(index)],
            () => `there is no resource ${JSON.stringify(other)}${meant(config, other)}`,
          ),
        ],
  );
}

/** https://learn.microsoft.com/azure/azure-functions/functions-deployment-technologies#one-deploy */
function packages(key: string, { type, package: archive }: GenericResourceConfig): readonly RuleProblem[] {
  if (archive === undefined || type.toLowerCase() === 'microsoft.web/sites') return [];
  return [at(key, ['package'], `is published to apps, Microsoft.Web/sites, and this is ${type}`)];
}

function twice({ resources = {} }: DeploymentConfig): readonly RuleProblem[] {
  const seen = new Map<string, string>();
  return Object.entries(resources).flatMap(([key, { type, name, parent, scope }]) => {
    const id = JSON.stringify([type, name, parent ?? '', scope ?? '']).toLowerCase();
    const other = seen.get(id);
    seen.set(id, key);
    return other === undefined ? [] : [at(key, ['name'], `is the same resource as resources.${other}`)];
  });
}

/** Each comes after those that it names; of a name that there is none of is told where it stands. */
function order(config: DeploymentConfig): readonly RuleProblem[] {
  const named = new Map(genericKeys(config).map((key) => [key, resourcesNamedBy(config, key)]));
  const found = circlesOf(named);
  const known = [...named].filter(([, others]) => others.every((other) => named.has(other)));
  const circles = known.flatMap(([key, others]) => {
    const by = others.find((other) => found.have(key, other));
    return by === undefined ? [] : [{ key, by }];
  });
  const inCircle = new Set(circles.map(({ key }) => key));
  return [
    // Of more nobody is told, and each way takes a search.
    ...circles
      .slice(0, MAX_PROBLEMS)
      .map(({ key, by }) => ofKey(key, [], `is a circle: ${found.way(key, by).join(' → ')}`)),
    ...tooLate(
      config,
      known.filter(([key]) => !inCircle.has(key)),
    ),
  ];
}

/** What the later of the two steps that make such resources does not wait for. */
function tooLate(
  config: DeploymentConfig,
  ordered: readonly (readonly [key: string, others: readonly string[]])[],
): readonly RuleProblem[] {
  const all = referencesOf(config);
  return ordered.flatMap(([key, others]) => {
    if (others.some((other) => !familiesOf(config, other, all)) || familiesOf(config, key, all)) return [];
    const steps = stepsNeededBy(config, key, all).join(', ');
    const where = templateNamed(key) === undefined ? 'body' : 'parameters';
    return [ofKey(key, [where], `names what is known only after ${steps}, for which resources do not wait`)];
  });
}

/** Of a resource, or of a template. */
function ofKey(key: string, path: readonly string[], message: string): RuleProblem {
  const template = templateNamed(key);
  return template === undefined ? at(key, path, message) : problem(['templates', template, ...path], message);
}

function at(key: string, path: readonly string[], message: string): RuleProblem {
  return problem(['resources', key, ...path], message);
}
