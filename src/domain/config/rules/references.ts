import { createMasker } from '../../masking.ts';
import type { ReferenceTarget } from '../../references/reference-target.ts';
import { literalPart, referencesIn, referenceText } from '../../references/reference-text.ts';
import { referenceTargets } from '../../references/references.ts';
import type { DeploymentConfig } from '../model.ts';
import { type ServiceContainers, variablesOf } from '../service/service-containers.ts';
import { suggestion } from '../unknown-keys.ts';
import { workloads } from '../workloads.ts';
import { problem, type RuleProblem } from './rule.ts';

type ReferenceTargets = ReadonlyMap<string, ReferenceTarget>;

/** A text with references, with where it stands. */
export interface ReferencePlace {
  readonly path: readonly string[];
  readonly text: string;
}

/** Every place where references may stand; elsewhere `${{` is text like any other. */
export function referencePlaces(config: DeploymentConfig): readonly ReferencePlace[] {
  return workloads(config).flatMap(({ place, workload }) =>
    variablesOf(workload).flatMap(({ path, value }) =>
      value.kind === 'reference' ? [{ path: [...place, ...path], text: value.text }] : [],
    ),
  );
}

/** Whatever a text names is there, and no credential stands in it beside what it names. */
export function references(config: DeploymentConfig): readonly RuleProblem[] {
  const targets = referenceTargets(config);
  return referencePlaces(config).flatMap((place) => [
    ...unreadable(place),
    ...unknown(place, targets),
    ...credentials(place),
  ]);
}

function unreadable({ path, text }: ReferencePlace): readonly RuleProblem[] {
  const { problem: why } = referenceText(text);
  return why === undefined ? [] : [problem(path, why)];
}

function unknown({ path, text }: ReferencePlace, targets: ReferenceTargets): readonly RuleProblem[] {
  return unknownIn(text, targets).map((name) =>
    problem(path, `nothing is called ${name}${hint(name, [...targets.keys()])}`),
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

/** By its surroundings, as in logs: `AccountKey=…`, `://user:password@`. */
function credentials({ path, text }: ReferencePlace): readonly RuleProblem[] {
  const literal = literalPart(text);
  if (createMasker([]).mask(literal) === literal) return [];
  return [problem(path, 'has a password or a key in plain text; give it under secrets, and refer to that')];
}
