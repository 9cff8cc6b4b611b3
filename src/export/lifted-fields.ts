import { isJsonObject, type Json, type JsonObject, jsonAt } from '../shared/json.ts';
import type { EnvironmentParameters } from './environment-parameters.ts';
import { identifier } from './identifiers.ts';
import type { Member, ObjectValue, Value } from './model.ts';
import { termsOf, text } from './read-value.ts';

/** A resource whose fields become parameters. */
interface Lifting {
  readonly symbol: string;
  readonly title: string;
  readonly parameters: EnvironmentParameters;
}

/**
 * Dotted paths of what is another from one environment to the next: where, how large, under which login. `shared`: one parameter for all
 * that say the same.
 */
const LIFTED: Readonly<Record<string, { readonly what: string; readonly shared?: string }>> = {
  location: { what: 'Region', shared: 'location' },
  tags: { what: 'Tags', shared: 'tags' },
  sku: { what: 'Size' },
  'properties.administratorLogin': { what: 'Login of the administrator' },
  'properties.template.scale': { what: 'Replicas' },
};

/** The body with parameters for these fields, where they say nothing of elsewhere. */
export function lifted(lifting: Lifting, body: ObjectValue, known: JsonObject): ObjectValue {
  return Object.entries(LIFTED).reduce((current, [path, { what, shared }]) => {
    const value = jsonAt(known, path);
    if (value === undefined || (typeof value !== 'string' && !isJsonObject(value))) return current;
    return replaced(current, path.split('.'), (old) => {
      if (termsOf(old).length > 0) return old;
      const own = identifier(lifting.symbol, path.slice(path.lastIndexOf('.') + 1));
      const told = { description: `${what} of the ${lifting.title}`, type: typeOf(value), value };
      return text(lifting.parameters.lift(shared ?? own, own, told));
    });
  }, body);
}

function typeOf(value: Json): 'string' | 'object' {
  return typeof value === 'string' ? 'string' : 'object';
}

/** What it is made with and is a secret. @param paths dotted path → name of the secret in the vault */
export function secretBodyOf(
  { parameters, title }: Lifting,
  paths: Readonly<Record<string, string>> | undefined,
): ObjectValue | undefined {
  if (!paths) return undefined;
  return Object.entries(paths).reduce<ObjectValue>(
    (body, [path, secret]) =>
      withValue(
        body,
        path.split('.'),
        text(parameters.secret(secret, { description: `Secret ${secret}, with which the ${title} is made`, secret })),
      ),
    { kind: 'object', members: [] },
  );
}

function replaced(
  body: ObjectValue,
  [first, ...rest]: readonly string[],
  change: (value: Value) => Value,
): ObjectValue {
  return {
    kind: 'object',
    members: body.members.map((member): Member => {
      if (member.key.length !== 1 || member.key[0] !== first) return member;
      if (rest.length === 0) return { ...member, value: change(member.value) };
      return member.value.kind === 'object' ? { ...member, value: replaced(member.value, rest, change) } : member;
    }),
  };
}

function withValue(body: ObjectValue, [first = '', ...rest]: readonly string[], value: Value): ObjectValue {
  const there = body.members.find(({ key }) => key.length === 1 && key[0] === first);
  const below: ObjectValue = there?.value.kind === 'object' ? there.value : { kind: 'object', members: [] };
  const own = { key: [first], value: rest.length === 0 ? value : withValue(below, rest, value) };
  return { kind: 'object', members: [...body.members.filter((one) => one !== there), own] };
}

/** Two bodies as one, the second laid over the first. */
export function together(one: ObjectValue, other: ObjectValue | undefined): ObjectValue {
  return (other?.members ?? []).reduce<ObjectValue>((body, { key, value }) => {
    const there = body.members.find((member) => member.key.length === 1 && member.key[0] === key[0]);
    const merged = there?.value.kind === 'object' && value.kind === 'object' ? together(there.value, value) : value;
    const members = there
      ? body.members.map((member) => (member === there ? { key, value: merged } : member))
      : [...body.members, { key, value: merged }];
    return { kind: 'object', members };
  }, one);
}
