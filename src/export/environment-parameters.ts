import { nameOf } from '../domain/ids.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { resourceTags } from '../domain/tags.ts';
import { canonicalJson, type Json } from '../shared/json.ts';
import type { ExportInput } from './export-input.ts';
import { identifier } from './identifiers.ts';
import type { EnvironmentParameter, Term } from './model.ts';
import { text } from './read-value.ts';

/** Everything of a parameter but its name. */
type Described = Omit<EnvironmentParameter, 'name'>;

/** Names of parameters → names of their members that something uses. */
export type UsedParameters = ReadonlyMap<string, ReadonlySet<string>>;

/** The parameters of the whole: what differs from one environment to the next. */
export interface EnvironmentParameters {
  /** One with this value; where the name has another value already, one of the other name. */
  lift(name: string, otherName: string, told: Described): Term;
  secret(name: string, told: Pick<EnvironmentParameter, 'description' | 'secret'>): Term & { readonly name: string };
  told(name: string): Pick<EnvironmentParameter, 'type' | 'description' | 'secure'>;
  /** The one whose value is the text. */
  named(text: string): Term | undefined;
  used(used: UsedParameters): readonly EnvironmentParameter[];
}

/** @param names resources whose names are of this environment alone, by the parameter that has the name */
export function environmentParameters(
  input: ExportInput,
  names: ReadonlyMap<string, { readonly name: string; readonly title: string }>,
): EnvironmentParameters {
  const all = new Map<string, Described>(Object.entries(standing(input)));
  for (const [parameter, { name, title }] of names)
    all.set(parameter, { type: 'string', description: `Name of the ${title}`, value: name });
  const byName = new Map([...names].map(([parameter, { name }]) => [name, parameter]));
  const add = (name: string, told: Described) => {
    if (!all.has(name)) all.set(name, told);
    return { kind: 'environment', name } as const;
  };
  return {
    lift: (name, otherName, told) => {
      const known = all.get(name);
      const isOther = known !== undefined && canonicalJson(known.value) !== canonicalJson(told.value);
      return add(isOther ? otherName : name, told);
    },
    secret: (name, told) => ({ ...add(identifier(name), { type: 'string', secure: true, ...told }), secure: true }),
    told: (name) => {
      const { type, description, secure } = all.get(name) ?? unknown(name);
      return { type, description, ...(secure && { secure }) };
    },
    named: (text) => {
      const name = byName.get(text);
      return name === undefined ? undefined : { kind: 'environment', name };
    },
    used: (used) =>
      [...all].flatMap(([name, told]) => {
        const members = used.get(name);
        if (!members) return [];
        const family = FAMILIES[name];
        const value = family && Object.fromEntries([...members].sort().flatMap((one) => family(input, one)));
        return [{ name, ...told, ...(value && { value }) }];
      }),
  };
}

function unknown(name: string): never {
  throw new Error(`no parameter is called ${name}`);
}

function standing(input: ExportInput): Readonly<Record<string, Described>> {
  const { config } = input;
  const principal = recordedOutput(input.state, 'principalId');
  return {
    location: {
      type: 'string',
      description: 'Region of everything that has none of its own',
      value: config.azure.location,
    },
    tags: { type: 'object', description: 'Tags of everything that takes tags', value: resourceTags(input) },
    deployerPrincipalId: {
      type: 'string',
      description: 'Object id of who deploys: may write secrets and have images built',
      ...(principal === undefined ? { otherwise: text({ kind: 'deployer' }) } : { value: principal }),
    },
    deployerPrincipalType: {
      type: 'string',
      description: 'What the deployer is: User or ServicePrincipal',
      value: recordedOutput(input.state, 'principalType') || 'User',
    },
    images: { type: 'object', description: 'Image of each service and job that is built, by its key' },
    vaultPaths: {
      type: 'object',
      description: 'Path of each secret below the address of the vault; a version in it makes a rotation a deployment',
    },
    roleAssignmentNames: {
      type: 'object',
      description: 'Names of role assignments that are there already; those of all others are derived',
    },
  };
}

/** An image that anybody may pull, until one was built (https://learn.microsoft.com/azure/container-apps/quickstart-portal). */
const NO_IMAGE = 'mcr.microsoft.com/k8se/quickstart:latest';

/** Parameters with members: what each member is, where it is anything. */
const FAMILIES: Readonly<Record<string, (input: ExportInput, member: string) => readonly (readonly [string, Json])[]>> =
  {
    images: ({ state }, key) => [[key, recordedOutput(state, 'image', key) ?? NO_IMAGE]],
    vaultPaths: ({ state }, name) => {
      const uri = recordedOutput(state, 'vaultUri');
      const address = recordedOutput(state, 'secret', name);
      const isKnown = uri !== undefined && address?.startsWith(uri) === true;
      return [[name, isKnown ? address.slice(uri.length) : `secrets/${name}`]];
    },
    roleAssignmentNames: ({ state }, key) => {
      const record = state.resources[key];
      return record ? [[key, nameOf(record.id)]] : [];
    },
  };
