import type { DeploymentConfig } from '../domain/config/model.ts';
import { nameOf, typeOf } from '../domain/ids.ts';
import { type StepName, stepDefinition } from '../domain/steps.ts';
import { kindOf, kindOfWanted } from '../resources/registry.ts';
import type { EnvironmentParameters } from './environment-parameters.ts';
import { identifier, uniqueNames } from './identifiers.ts';
import type { Existing, ExportedModule, ExportedResource, Parameter, Part, Term } from './model.ts';
import { outputOf } from './output-places.ts';
import { type Place, placeOf } from './place.ts';
import type { ReadResource } from './read-resources.ts';
import { mapTerms, termsOf } from './read-value.ts';

/** What becomes a module. */
export interface ModuleDraft extends Pick<ExportedModule, 'step' | 'name' | 'title' | 'scope'> {
  readonly resources: readonly ReadResource[];
}

export interface Surroundings {
  readonly all: readonly ReadResource[];
  /** The module of each resource, by its key. */
  readonly home: ReadonlyMap<string, ModuleDraft>;
  readonly drafts: readonly ModuleDraft[];
  readonly existing: boolean;
  readonly parameters: EnvironmentParameters;
  readonly config: DeploymentConfig;
}

/** A module that knows its own resources by their symbols, and everything else as parameters. */
export interface WiredModule extends Omit<ExportedModule, 'outputs'> {
  /** Key → symbol of each of its resources. */
  readonly keys: ReadonlyMap<string, string>;
}

export function wireModule(draft: ModuleDraft, around: Surroundings): WiredModule {
  const { step, name, title, scope } = draft;
  const keys = new Map(draft.resources.map(({ resource, symbol }) => [resource.key, symbol]));
  const given = new Map<string, Term>();
  const symbolOf = (key: string): string =>
    around.all.find((one) => one.resource.key === key)?.symbol ?? identifier(key);
  const give = (parameter: string, term: Term): string => {
    given.set(parameter, term);
    return parameter;
  };
  const wire = (term: Term): Part => {
    if (term.kind === 'property') {
      const { of, path } = term;
      const own = keys.get(of);
      if (own !== undefined) return { ...term, of: own };
      const last = path.slice(path.lastIndexOf('.') + 1);
      return { kind: 'parameter', name: give(outputOf(of, path) ?? identifier(symbolOf(of), last), term) };
    }
    if (term.kind === 'guid') give(term.parameter, { kind: 'environment', name: term.parameter });
    if (term.kind !== 'environment') return term;
    give(term.name, { kind: 'environment', name: term.name });
    return { ...term, kind: 'parameter' };
  };
  const above = existingOnes(draft, around, { keys, wire });
  const resources = draft.resources.map((one) => wiredResource(one, draft, { around, keys, wire, above }));
  return {
    ...{ step, name, title, scope, symbol: identifier(name), keys, resources },
    existing: above.all(),
    parameters: [...given].map(([parameter, term]) => ({ name: parameter, ...told(term, around) })),
    given: Object.fromEntries(given),
    after: modulesBefore(draft, around, [...given.values()], above.homes()),
  };
}

function told(term: Term, { all, parameters }: Surroundings): Omit<Parameter, 'name'> {
  if (term.kind === 'environment') return parameters.told(term.name);
  const [key, path] = term.kind === 'property' ? [term.of, term.path] : ['', ''];
  const owner = all.find(({ resource }) => resource.key === key);
  return { type: 'string', description: `${path.replace(/^properties\./, '')} of the ${owner?.title ?? key}` };
}

interface Wiring {
  readonly keys: ReadonlyMap<string, string>;
  wire(term: Term): Part;
}

interface Above {
  /** The symbol of what has the id; declared as existing where the module does not make it. */
  symbolOf(id: string, one: ReadResource): string;
  all(): readonly Existing[];
  /** Modules that make what is declared. */
  homes(): readonly ModuleDraft[];
}

function existingOnes(draft: ModuleDraft, around: Surroundings, { wire }: Wiring): Above {
  const group = around.all.find(({ place }) => place === undefined);
  const unique = uniqueNames(draft.resources.map(({ symbol }) => symbol));
  const found = new Map<string, Existing>();
  const homes = new Set<ModuleDraft>();
  const symbolOf = (id: string, one: ReadResource): string => {
    const own = draft.resources.find(({ marked }) => marked.toLowerCase() === id.toLowerCase());
    if (own) return own.symbol;
    const known = found.get(id.toLowerCase());
    if (known) return known.symbol;
    const other = around.all.find(({ marked }) => marked.toLowerCase() === id.toLowerCase());
    const home = other && around.home.get(other.resource.key);
    if (home) homes.add(home);
    const type = other?.resource.kind.type ?? typeOf(id);
    const place = placeOf(id, group?.marked ?? '');
    const existing: Existing = {
      symbol: unique(other?.symbol ?? identifier(type.slice(type.lastIndexOf('/') + 1), nameOf(id))),
      type,
      apiVersion: other?.resource.kind.apiVersion ?? kindOf(type)?.apiVersion ?? one.resource.kind.apiVersion,
      name: mapTerms(other?.name ?? one.read(nameOf(id)), wire),
      ...(place?.kind === 'child' && { parent: symbolOf(place.within, one) }),
      ...(place?.kind === 'extension' && { scope: symbolOf(place.within, one) }),
    };
    found.set(id.toLowerCase(), existing);
    return existing.symbol;
  };
  return { symbolOf, all: () => [...found.values()], homes: () => [...homes] };
}

function wiredResource(
  one: ReadResource,
  draft: ModuleDraft,
  { around, keys, wire, above }: Wiring & { readonly around: Surroundings; readonly above: Above },
): ExportedResource {
  const { resource, symbol, title, place, recorded } = one;
  const { key, kind } = resource;
  const isIn = (wanted: Place['kind']): boolean => around.existing && place?.kind === wanted;
  const parent = place && isIn('child') ? above.symbolOf(place.within, one) : undefined;
  const scope = place && isIn('extension') ? above.symbolOf(place.within, one) : undefined;
  const name = mapTerms(one.name, wire);
  const body = mapTerms(one.body, wire);
  const parentId = around.existing ? one.parentId : mapTerms(one.parentId, wire);
  const named = [name, body, ...(around.existing ? [] : [parentId])].flatMap(termsOf);
  const isNamed = (other: string): boolean =>
    [parent, scope].includes(other) || named.some((term) => term.kind === 'property' && term.of === other);
  return {
    ...{ key, title, symbol, type: kind.type, apiVersion: kind.apiVersion, name, parentId, body },
    ...(parent !== undefined && { parent }),
    ...(scope !== undefined && { scope }),
    ...(one.secretBody && { secretBody: mapTerms(one.secretBody, wire) }),
    after: comesAfter(one, draft, around)
      .flatMap((before) => keys.get(before) ?? [])
      .filter((before) => !isNamed(before)),
    ...(recorded !== undefined && { id: recorded }),
  };
}

/** Keys of those that come first although the body does not name them. */
function comesAfter(
  { resource, place }: ReadResource,
  { resources }: ModuleDraft,
  { config }: Surroundings,
): readonly string[] {
  const { key, kind, needs = [] } = resource;
  const service = config.services.application.find((one) => key === `app:${one.key}`);
  const services = (service?.dependsOn ?? []).map((one) => `app:${one}`);
  if (!kindOfWanted({ kind })?.serial) return [...needs, ...services];
  // What it lies in takes one change at a time.
  const beside = resources.filter((one) => one.place?.within === place?.within && kindOfWanted(one.resource)?.serial);
  const index = beside.findIndex((one) => one.resource.key === key);
  const previous = beside[index - 1]?.resource.key;
  return [...needs, ...services, ...(previous === undefined ? [] : [previous])];
}

/** Symbols of the modules that come before this one, less those of which it is given something. */
function modulesBefore(
  draft: ModuleDraft,
  { drafts, home }: Surroundings,
  given: readonly Term[],
  existing: readonly ModuleDraft[],
): readonly string[] {
  const named = new Set(given.flatMap((term) => (term.kind === 'property' ? (home.get(term.of) ?? []) : [])));
  const before = new Set([...existing, ...nearest(draft.step, drafts)]);
  return [...before].filter((one) => one !== draft && !named.has(one)).map(({ name }) => identifier(name));
}

/** Modules of the steps on which one depends; of a step without any, those of the steps before that. */
function nearest(step: StepName, drafts: readonly ModuleDraft[]): readonly ModuleDraft[] {
  return stepDefinition(step).dependsOn.flatMap((before) => {
    const own = drafts.filter((one) => one.step === before);
    return own.length > 0 ? own : nearest(before, drafts);
  });
}
