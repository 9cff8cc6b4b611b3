import { isJsonObject, type Json } from '../../shared/json.ts';
import type { DeploymentConfig } from '../config/model.ts';
import type { DesireInput } from '../desired.ts';
import { REFERENCE_SOURCES } from './reference-sources.ts';
import type { ReferenceTarget, ReferenceTargets } from './reference-target.ts';
import { mayRefer, referenceText } from './reference-text.ts';

/** Everything that references of this configuration may name. */
export function referencesOf(config: DeploymentConfig): ReferenceTargets {
  const targets = new Map<string, ReferenceTarget>();
  const all: ReferenceTargets = {
    targets,
    resolve: (value, input) =>
      mapTexts(value, (text) => resolvedText(text, (name) => targetValue(targets, name, input))),
  };
  for (const source of REFERENCE_SOURCES)
    for (const [name, target] of Object.entries(source(config, all))) targets.set(name, target);
  return all;
}

/** The same by full name alone. */
export function referenceTargets(config: DeploymentConfig): ReadonlyMap<string, ReferenceTarget> {
  return referencesOf(config).targets;
}

/** A value with what its references stand for. */
export function resolved(value: Json, input: DesireInput): Json {
  return referencesOf(input.config).resolve(value, input);
}

/** A text with what its references stand for, as text. */
export function resolvedAsText(text: string, input: DesireInput): string {
  return asText(resolved(text, input));
}

function targetValue(targets: ReadonlyMap<string, ReferenceTarget>, name: string, input: DesireInput): Json {
  const target = targets.get(name);
  // What the file names is looked at when it is read.
  if (!target) throw new Error(`nothing is called ${name}`);
  return target.value(input);
}

function resolvedText(text: string, value: (name: string) => Json): Json {
  const { parts } = referenceText(text);
  const [first] = parts;
  if (parts.length === 1 && first && 'reference' in first) return value(first.reference);
  return parts.map((part) => ('text' in part ? part.text : asText(value(part.reference)))).join('');
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function mapTexts(value: Json, change: (text: string) => Json): Json {
  if (typeof value === 'string') return mayRefer(value) ? change(value) : value;
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, change));
  if (!isJsonObject(value)) return value;
  const keyOf = (key: string): string => (mayRefer(key) ? asText(change(key)) : key);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [keyOf(key), mapTexts(member, change)]));
}
