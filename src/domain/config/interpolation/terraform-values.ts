import { isJsonObject, type Json } from '../../../shared/json.ts';
import { suggestion } from '../../../shared/suggestion.ts';
import { createMasker } from '../../masking.ts';
import { escapedReferences, mayRefer, referencesIn, referenceText } from '../../references/reference-text.ts';
import { isOutput, namesOutput, withinStates } from '../../terraform/output-reference.ts';
import type { TerraformOutput, TerraformStates } from '../../terraform/outputs.ts';
import { problem, type RuleProblem, type RuleWarning, warning } from '../rules/rule.ts';
import type { SecretEntry } from '../secrets.ts';
import type { Filler } from './filled-in.ts';

export interface TerraformValues {
  readonly fill: Filler;
  /** What stays as it is written, since it is sensitive: the value of each place, which is for memory alone. */
  readonly sensitive: ReadonlyMap<string, string>;
  /** States of which nothing is known; then nothing is filled in. */
  readonly unreadable: readonly RuleProblem[];
  readonly warnings: readonly RuleWarning[];
  /** Sensitive outputs where no secret stands. */
  problems(secrets: readonly Pick<SecretEntry, 'place'>[]): readonly RuleProblem[];
}

/**
 * Fills outputs of states in, where `${{terraform.network.subnet_id}}` names one. Only what is named comes along, so that another output
 * that changes, or is a secret, is no part of a deployment. What is sensitive stays a name.
 *
 * @param asked the names of the states, as the file has them
 * @param states undefined: whoever reads the file cannot read states
 */
export function terraformValues(asked: readonly string[], states: TerraformStates | undefined): TerraformValues {
  const sensitive = new Map<string, string>();
  const places: (readonly string[])[] = [];
  const told = Object.entries(states ?? {}).map(([name, state]) => ({ path: ['terraform', name], state }));
  const unreadable = told.flatMap(({ path, state }) => (state.ok ? [] : [problem(path, state.problem)]));
  const isBroken = unreadable.length > 0;

  const fill: Filler = (text, path) => {
    const names = referencesIn(text).filter(namesOutput);
    if (names.length === 0 || isBroken) return undefined;
    if (!states && asked.length > 0) return refused(UNREAD);
    const found = new Map(names.map((name) => [name, find(withinStates(name), asked, states ?? {})]));
    const wrong = [...found.values()].flatMap((one) => ('problem' in one ? [one.problem] : []));
    const outputs = new Map([...found].flatMap(([name, one]) => ('problem' in one ? [] : [[name, one] as const])));
    const problems = [...wrong, ...[...outputs].flatMap(([name, one]) => unfit(name, one, isOutput(text)))];
    if (problems.length > 0) return refused(...problems);
    if ([...outputs.values()].some((one) => one.isSensitive)) {
      const [only] = outputs.values();
      sensitive.set(path.join('.'), textOf(only?.value ?? null));
      places.push(path);
      return undefined;
    }
    return filled(text, outputs);
  };

  const problems: TerraformValues['problems'] = (secrets) => {
    const known = new Set(secrets.map(({ place }) => place.join('.')));
    return places.flatMap((path) =>
      known.has(path.join('.'))
        ? []
        : [
            problem(
              path,
              'is a sensitive output, and cannot be named here; give it a name under secrets, and refer to that',
            ),
          ],
    );
  };
  const warnings = told.flatMap(({ path, state }) =>
    state.ok && state.warning !== undefined ? [warning(path, 'state_locked', state.warning)] : [],
  );
  return { fill, sensitive, unreadable, warnings, problems };
}

const UNREAD =
  'is an output of a state, and states are read by the command line alone, and not for strangers: deploy with it, also with --remote, or send the outputs as `terraform` beside the configuration';

function refused(...problems: readonly string[]): ReturnType<Filler> {
  return { text: '', names: [], problems };
}

type Found = TerraformOutput | { readonly problem: string };

/** @param name `network.subnet_id`, or further into a value: `network.subnets.app` */
function find(name: string, asked: readonly string[], states: TerraformStates): Found {
  const [state = '', output = '', ...rest] = name.split('.');
  const read = Object.hasOwn(states, state) ? states[state] : undefined;
  // What is wrong with the state itself is told at its place.
  const outputs = read?.ok ? read.outputs : undefined;
  if (!outputs) return { problem: `there is no "${state}" under terraform${listed(state, asked)}` };
  const found = Object.hasOwn(outputs, output) ? outputs[output] : undefined;
  if (!found) return { problem: `terraform.${state} has no output "${output}"${listed(output, Object.keys(outputs))}` };
  let { value } = found;
  for (const key of rest) {
    const member = memberOf(value, key);
    if (member === undefined) {
      const known = found.isSensitive ? [] : membersOf(value);
      return { problem: `the output ${output} of terraform.${state} has no "${key}"${listed(key, known)}` };
    }
    value = member;
  }
  return { value, isSensitive: found.isSensitive };
}

function memberOf(value: Json, key: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function membersOf(value: Json): readonly string[] {
  return isJsonObject(value) || Array.isArray(value) ? Object.keys(value) : [];
}

function listed(name: string, known: readonly string[]): string {
  const meant = suggestion(name, known);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  return known.length > 0 ? `; there is ${known.join(', ')}` : '';
}

/** Why a value cannot stand where its name does, wherever that is. */
function unfit(name: string, { value, isSensitive }: TerraformOutput, isAlone: boolean): readonly string[] {
  const isText = value !== null && typeof value !== 'object';
  if (value === null) return [`${name} has no value`];
  if (!(isAlone || isText)) return [`${name} is no text, and can stand for a whole value only`];
  if (isSensitive) {
    if (!isAlone) return [`${name} is sensitive: it is the whole value of a key under secrets, or nothing`];
    return isText && value !== '' ? [] : [`${name} is no text, and no secret can be made of it`];
  }
  const text = textOf(value);
  // It would be read as a reference of this file.
  if (mayRefer(text)) return [`${name} has \${{ in it`];
  return createMasker([]).mask(text) === text
    ? []
    : [`${name} looks like a secret; mark the output as sensitive, and name it under secrets`];
}

function filled(text: string, outputs: ReadonlyMap<string, TerraformOutput>): ReturnType<Filler> {
  const [only] = outputs.values();
  if (only && isOutput(text))
    return { text: textOf(only.value), value: only.value, names: [...outputs.keys()], problems: [] };
  const parts = referenceText(text).parts.map((part) => {
    if ('text' in part) return escapedReferences(part.text);
    const output = outputs.get(part.reference);
    return output ? textOf(output.value) : `\${{${part.reference}}}`;
  });
  return { text: parts.join(''), names: [...outputs.keys()], problems: [] };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
