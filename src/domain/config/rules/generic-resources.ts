import type { GenericResourceConfig } from '../../generic/generic-config.ts';
import { parentType } from '../../generic/generic-config.ts';
import { circleOf, familiesOf, isKey, resourcesNamedBy, stepsNeededBy } from '../../generic/generic-place.ts';
import { referencesOf } from '../../references/references.ts';
import type { DeploymentConfig } from '../model.ts';
import { suggestion } from '../unknown-keys.ts';
import { problem, type RuleProblem } from './rule.ts';

/** Of resources of any type what can be said without knowing their types. */
export function genericResources(config: DeploymentConfig): readonly RuleProblem[] {
  const found = Object.entries(config.resources ?? {}).flatMap(([key, resource]) => [
    ...ownKey(key),
    ...names(key, resource),
    ...places(config, key, resource),
    ...bodies(key, resource),
    ...others(config, key, resource),
  ]);
  // What names something that is not there is in no order.
  return found.length > 0 ? found : [...twice(config), ...circles(config), ...tooLate(config)];
}

function ownKey(key: string): readonly RuleProblem[] {
  if (/^[A-Za-z][\w-]*$/.test(key)) return [];
  return [{ ...at(key, [], 'allowed in the key: a letter, then letters, digits, _ and -'), isAboutKey: true }];
}

function names(key: string, { type, name, parent }: GenericResourceConfig): readonly RuleProblem[] {
  const wanted = parent === undefined ? type.split('/').length - 1 : 1;
  const given = name.replaceAll(/\$\{\{.*?\}\}/g, 'x').split('/');
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

function places(
  config: DeploymentConfig,
  key: string,
  { type, parent, scope }: GenericResourceConfig,
): readonly RuleProblem[] {
  if (parent !== undefined && scope !== undefined)
    return [at(key, ['scope'], 'and parent both say where it is; keep one')];
  if (scope !== undefined && !isAddress(scope)) return [at(key, ['scope'], notAnId(scope))];
  if (parent === undefined) return [];
  if (parentType(type) === undefined)
    return [at(key, ['parent'], `${type} is the child of nothing; an extension has a scope`)];
  if (isAddress(parent)) return [];
  const above = isKey(config, parent) ? config.resources?.[parent] : undefined;
  if (!above) return [at(key, ['parent'], `${notAnId(parent)}${meant(config, parent)}`)];
  if (above.type.toLowerCase() === parentType(type)?.toLowerCase()) return [];
  return [at(key, ['parent'], `${parent} is of the type ${above.type}, and the parent of ${type} is not`)];
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
const ELSEWHERE = ['id', 'name', 'type', 'location'];

function bodies(key: string, { body, writeOnly = [] }: GenericResourceConfig): readonly RuleProblem[] {
  const misplaced = ELSEWHERE.filter((name) => Object.hasOwn(body, name));
  return [
    ...misplaced.map((name) => at(key, ['body', name], `is said as resources.${key}.${name}`)),
    ...writeOnly.flatMap((path, index) =>
      Object.hasOwn(body, path.split('.')[0] ?? '')
        ? []
        : [at(key, ['write_only', String(index)], `the body has no ${path}`)],
    ),
  ];
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
          at(
            key,
            ['depends_on', String(index)],
            `there is no resource ${JSON.stringify(other)}${meant(config, other)}`,
          ),
        ],
  );
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

function circles(config: DeploymentConfig): readonly RuleProblem[] {
  return keysOf(config).flatMap((key) => {
    const circle = knownNames(config, key) ? circleOf(config, key) : undefined;
    return circle ? [at(key, [], `is a circle: ${circle.join(' → ')}`)] : [];
  });
}

/** What the later of the two steps that make such resources does not wait for. */
function tooLate(config: DeploymentConfig): readonly RuleProblem[] {
  const all = referencesOf(config);
  return keysOf(config).flatMap((key) => {
    const names = knownNames(config, key) ? resourcesNamedBy(config, key) : [];
    const isOrdered = knownNames(config, key) && circleOf(config, key) === undefined;
    if (!isOrdered || names.some((other) => !familiesOf(config, other, all))) return [];
    if (familiesOf(config, key, all)) return [];
    const steps = stepsNeededBy(config, key, all).join(', ');
    return [at(key, ['body'], `names what is known only after ${steps}, for which resources do not wait`)];
  });
}

/** Of a name that there is none of is told where it stands. */
function knownNames(config: DeploymentConfig, key: string): boolean {
  return resourcesNamedBy(config, key).every((other) => isKey(config, other));
}

function keysOf({ resources = {} }: DeploymentConfig): readonly string[] {
  return Object.keys(resources);
}

function at(key: string, path: readonly string[], message: string): RuleProblem {
  return problem(['resources', key, ...path], message);
}
