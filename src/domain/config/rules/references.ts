import { isJsonObject, type Json } from '../../../shared/json.ts';
import { suggestion } from '../../../shared/suggestion.ts';
import { createMasker } from '../../masking.ts';
import { stepLeaving, symbolicOutputs } from '../../outputs.ts';
import type { ReferenceTarget } from '../../references/reference-target.ts';
import { literalPart, mayRefer, referencesIn, referenceText } from '../../references/reference-text.ts';
import { referenceTargets } from '../../references/references.ts';
import { type StepName, stepsBefore } from '../../steps.ts';
import { declaredParameters } from '../../templates/declared.ts';
import type { DeploymentConfig } from '../model.ts';
import { type ServiceContainers, variablesOf } from '../service/service-containers.ts';
import { workloads } from '../workloads.ts';
import { genericResources } from './generic-resources.ts';
import { problem, type RuleProblem, searchedProblem } from './rule.ts';

type ReferenceTargets = ReadonlyMap<string, ReferenceTarget>;

/** A text with references, with where it stands. */
export interface ReferencePlace {
  readonly path: readonly string[];
  readonly text: string;
  /** Secrets that may be named there. */
  readonly secrets: readonly NonNullable<ReferenceTarget['secret']>[];
  /** The step that fills it in; undefined: which one it is follows from what it names. */
  readonly by?: StepName;
}

/** Every place where references may stand; elsewhere `${{` is text like any other. */
export function referencePlaces(config: DeploymentConfig): readonly ReferencePlace[] {
  return [...inVariables(config), ...inSecrets(config), ...inResources(config), ...inTemplates(config)];
}

/** A variable reads a secret of the vault by its own key. */
function inVariables(config: DeploymentConfig): readonly ReferencePlace[] {
  const isInfrastructure = (key: string): boolean => config.services.infrastructure.some((one) => one.key === key);
  return workloads(config).flatMap(({ place, workload }) => {
    const isEarly = place[0] === 'services' && isInfrastructure(workload.key);
    const by = stepLeaving(isEarly ? 'infrastructureApp' : 'app');
    return variablesOf(workload).flatMap(({ path, value }) =>
      value.kind === 'reference' ? [{ path: [...place, ...path], text: value.text, secrets: [], by }] : [],
    );
  });
}

function inSecrets({ secrets }: DeploymentConfig): readonly ReferencePlace[] {
  return Object.entries(secrets).flatMap(([name, setting]) =>
    setting.source === 'reference'
      ? [{ path: ['secrets', name], text: setting.text, secrets: ['resource'] as const, by: stepLeaving('secret') }]
      : [],
  );
}

function inResources({ resources = {} }: DeploymentConfig): readonly ReferencePlace[] {
  return Object.entries(resources).flatMap(([key, { name, parent, scope, location, body }]) => {
    const at = (member: string): readonly string[] => ['resources', key, member];
    const given = Object.entries({ name, parent, scope, location }).flatMap(([member, text]) =>
      text !== undefined && mayRefer(text) ? [{ path: at(member), text, secrets: [] }] : [],
    );
    return [...given, ...inBody(at('body'), body)];
  });
}

/** A parameter that is not secure is shown to everybody who may read the group. */
function inTemplates({ templates = {} }: DeploymentConfig): readonly ReferencePlace[] {
  return Object.entries(templates).flatMap(([name, { template, parameters }]) => {
    const secure = new Set(declaredParameters(template).flatMap((one) => (one.isSecure ? [one.name] : [])));
    return Object.entries(parameters).flatMap(([parameter, value]) => {
      const places = inBody(['templates', name, 'parameters', parameter], value);
      return secure.has(parameter) ? places : places.map((place) => ({ ...place, secrets: [] }));
    });
  });
}

function inBody(path: readonly string[], value: Json): readonly ReferencePlace[] {
  if (typeof value === 'string') return mayRefer(value) ? [{ path, text: value, secrets: ['vault'] }] : [];
  if (Array.isArray(value)) return value.flatMap((member, index) => inBody([...path, String(index)], member));
  // A key such as the id of an identity is read by everybody.
  return Object.entries(isJsonObject(value) ? value : {}).flatMap(([key, member]) => [
    ...(mayRefer(key) ? [{ path: [...path, key], text: key, secrets: [] }] : []),
    ...inBody([...path, key], member),
  ]);
}

/** Whatever a text names is there, and no credential stands in it beside what it names. */
export function references(config: DeploymentConfig): readonly RuleProblem[] {
  const targets = referenceTargets(config);
  const places = referencePlaces(config);
  const found = places.flatMap((place) => [
    ...unreadable(place),
    ...unknown(place, targets),
    ...revealed(place, targets),
    ...credentials(place),
  ]);
  // The order of resources that name each other wrongly is not known.
  return found.length > 0 || genericResources(config).length > 0
    ? found
    : places.flatMap((place) => tooLate(config, place, targets));
}

/** What is filled in by a step that does not wait for what it names. */
function tooLate(
  config: DeploymentConfig,
  { path, text, by }: ReferencePlace,
  targets: ReferenceTargets,
): readonly RuleProblem[] {
  if (by === undefined) return [];
  // Resources of the same step are made first.
  const before = new Set([...stepsBefore(by), by]);
  return referencesIn(text).flatMap((name) => {
    const { reader, consumed } = symbolicOutputs();
    targets.get(name)?.value({ environment: '', config, outputs: reader });
    const late = consumed().find(({ step }) => !before.has(step));
    return late ? [problem(path, `${name} is known only after ${late.step}, and is needed before that`)] : [];
  });
}

function unreadable({ path, text }: ReferencePlace): readonly RuleProblem[] {
  const { problem: why } = referenceText(text);
  return why === undefined ? [] : [problem(path, why)];
}

function unknown({ path, text }: ReferencePlace, targets: ReferenceTargets): readonly RuleProblem[] {
  return unknownIn(text, targets).map((name) =>
    searchedProblem(path, () => `nothing is called ${name}${hint(name, [...targets.keys()])}`),
  );
}

function unknownIn(text: string, targets: ReferenceTargets): readonly string[] {
  return referencesIn(text).filter((name) => !targets.has(name));
}

/** What the variables of these services name and this configuration does not have. */
export function unknownReferences(config: DeploymentConfig, services: readonly ServiceContainers[]): readonly string[] {
  const targets = referenceTargets(config);
  return services
    .flatMap(variablesOf)
    .flatMap(({ value }) => (value.kind === 'reference' ? unknownIn(value.text, targets) : []));
}

/** The nearest name; else what is there of the same part; else the parts. */
function hint(name: string, known: readonly string[]): string {
  const meant = suggestion(name, known);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  const [first = ''] = name.split('.');
  const beside = known.filter((one) => one.startsWith(`${first}.`));
  const parts = [...new Set(known.map((one) => one.split('.')[0] ?? ''))];
  return `; ${beside.length > 0 ? `there is ${beside.join(', ')}` : `references begin with ${parts.join(', ')}`}`;
}

function revealed({ path, text, secrets }: ReferencePlace, targets: ReferenceTargets): readonly RuleProblem[] {
  return referencesIn(text).flatMap((name) => {
    const secret = targets.get(name)?.secret;
    if (secret === undefined || secrets.includes(secret)) return [];
    const way =
      secret === 'vault'
        ? 'a variable reads it as {secret: NAME}, and the body of a resource, or a secure parameter of a template, may name it'
        : 'give it a name under secrets, and refer to that';
    return [problem(path, `${name} is a secret, and cannot be named here; ${way}`)];
  });
}

/** By its surroundings, as in logs: `AccountKey=…`, `://user:password@`. */
function credentials({ path, text }: ReferencePlace): readonly RuleProblem[] {
  // Whole bodies are looked at, with or without references (generic-resources.ts).
  if (path[0] === 'resources' && path[2] === 'body') return [];
  const literal = literalPart(text);
  if (createMasker([]).mask(literal) === literal) return [];
  return [problem(path, 'has a password or a key in plain text; give it under secrets, and refer to that')];
}
