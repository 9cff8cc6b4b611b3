import { nameOf } from '../domain/ids.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { STEP_NAMES, type StepName, stepDefinition } from '../domain/steps.ts';
import type { UsedParameters } from './environment-parameters.ts';
import type { ExportInput } from './export-input.ts';
import { identifier } from './identifiers.ts';
import type { ExportedModule, ExportedProject, ExportedResource, Term } from './model.ts';
import { withoutDetours } from './module-order.ts';
import { type ReadResource, readEnvironment } from './read-resources.ts';
import { mapTerms, termsOf } from './read-value.ts';
import { type ModuleDraft, wireModule } from './wire-module.ts';

/**
 * An environment as code: a module for each step and each place in which it makes something. Nothing but configuration and state is
 * looked at.
 *
 * @param existing whether what lies in something of another module names it (`existing`), or has its id
 */
export function buildProject(input: ExportInput, { existing }: { readonly existing: boolean }): ExportedProject {
  const { parameters, resources, notes } = readEnvironment(input);
  const group = resources.find(({ place }) => place === undefined);
  if (!group) throw new Error('no step makes a resource group');
  const others = resources.filter((one) => one !== group);
  const drafts = draftsOf(others);
  const home = new Map(
    drafts.flatMap((draft) => draft.resources.map(({ resource }) => [resource.key, draft] as const)),
  );
  const wired = drafts.map((draft) =>
    wireModule(draft, { all: resources, home, drafts, existing, parameters, config: input.config }),
  );
  const outputs = wired.flatMap(({ given }) => Object.entries(given).map(([name, term]) => ({ name, term })));
  const modules = wired.map(
    (one): ExportedModule => ({
      ...one,
      given: Object.fromEntries(Object.entries(one.given).map(([name, term]) => [name, inMain(term, { name, home })])),
      outputs: outputsOf(one.keys, outputs),
    }),
  );
  const mainGroup = groupResource(group);
  return {
    environment: input.environment,
    title: `The environment ${input.environment}`,
    parameters: parameters.used(usedParameters(others, mainGroup, group)),
    ...vaultOf(input),
    group: mainGroup,
    modules: withoutDetours(modules),
    notes,
  };
}

/** One for each step and place, in the order of the steps. */
function draftsOf(resources: readonly ReadResource[]): readonly ModuleDraft[] {
  const drafts = new Map<string, { step: StepName; scope: ModuleDraft['scope']; resources: ReadResource[] }>();
  for (const one of resources) {
    const { step } = one.resource;
    const scope = one.place?.scope ?? { kind: 'group' };
    const id = `${step} ${JSON.stringify(scope)}`;
    const draft = drafts.get(id) ?? { step, scope, resources: [] };
    draft.resources.push(one);
    drafts.set(id, draft);
  }
  return [...drafts.values()]
    .sort((a, b) => STEP_NAMES.indexOf(a.step) - STEP_NAMES.indexOf(b.step))
    .map((draft) => ({ ...draft, name: moduleName(draft), title: stepDefinition(draft.step).title }));
}

function moduleName({ step, scope }: Pick<ModuleDraft, 'step' | 'scope'>): string {
  const name = step.replace(/^(?:create|deploy|run|check)_/, '').replaceAll('_', '-');
  if (scope.kind === 'group') return name;
  return scope.kind === 'subscription' ? `${name}-of-subscription` : `${name}-in-${scope.group.toLowerCase()}`;
}

function groupResource({ resource, title, name, parentId, body, recorded }: ReadResource): ExportedResource {
  const { key, kind } = resource;
  const wire = (term: Term): Term => (term.kind === 'environment' ? { ...term, kind: 'parameter' } : term);
  return {
    ...{ key, title, symbol: 'group', type: kind.type, apiVersion: kind.apiVersion, after: [] },
    name: mapTerms(name, wire),
    parentId: mapTerms(parentId, wire),
    body: mapTerms(body, wire),
    ...(recorded !== undefined && { id: recorded }),
  };
}

interface InMain {
  readonly name: string;
  readonly home: ReadonlyMap<string, ModuleDraft>;
}

/** What a module is given, as the main file says it. */
function inMain(term: Term, { name, home }: InMain): Term {
  if (term.kind === 'environment') return { kind: 'parameter', name: term.name };
  if (term.kind !== 'property') return term;
  const owner = home.get(term.of);
  return owner ? { kind: 'output', module: identifier(owner.name), name } : { ...term, of: 'group' };
}

type Output = { readonly name: string; readonly term: Term };

function outputsOf(keys: ReadonlyMap<string, string>, all: readonly Output[]): ExportedModule['outputs'] {
  const found = new Map<string, Term>();
  for (const { name, term } of all) {
    if (term.kind !== 'property') continue;
    const symbol = keys.get(term.of);
    if (symbol !== undefined) found.set(name, { ...term, of: symbol });
  }
  return [...found].map(([name, value]) => ({ name, value }));
}

function usedParameters(
  resources: readonly ReadResource[],
  group: ExportedResource,
  { body }: ReadResource,
): UsedParameters {
  const used = new Map<string, Set<string>>();
  const use = (name: string, member?: string): void => {
    const members = used.get(name) ?? new Set();
    used.set(name, member === undefined ? members : members.add(member));
  };
  const values = resources.flatMap(({ name, parentId, body: own, secretBody }) => [
    ...[name, parentId, own],
    ...(secretBody ? [secretBody] : []),
  ]);
  for (const term of [...values, body].flatMap(termsOf)) {
    if (term.kind === 'environment') use(term.name, term.member);
    if (term.kind === 'guid') use(term.parameter, term.member);
  }
  for (const term of termsOf(group.name)) if (term.kind === 'parameter') use(term.name);
  return used;
}

function vaultOf({ state, config }: ExportInput): Pick<ExportedProject, 'vault'> {
  const [subscriptionId, id] = [recordedOutput(state, 'subscriptionId'), recordedOutput(state, 'vaultId')];
  if (subscriptionId === undefined || id === undefined) return {};
  return { vault: { subscriptionId, group: config.azure.resourceGroup, name: nameOf(id) } };
}
