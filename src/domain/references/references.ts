import { isJsonObject, type Json } from '../../shared/json.ts';
import type { DeploymentConfig } from '../config/model.ts';
import type { DesireInput } from '../desired.ts';
import { REFERENCE_SOURCES } from './reference-sources.ts';
import type { ReferenceTarget } from './reference-target.ts';
import { mayRefer, referenceText } from './reference-text.ts';

/** Everything that references of this configuration may name, by full name. */
export function referenceTargets(config: DeploymentConfig): ReadonlyMap<string, ReferenceTarget> {
  return new Map(REFERENCE_SOURCES.flatMap((source) => Object.entries(source(config))));
}

/**
 * A value with what its references stand for, however deep they are. A text that is one reference gets the type of what it names; in
 * a longer text everything becomes text.
 */
export function resolved(value: Json, input: DesireInput): Json {
  const targets = referenceTargets(input.config);
  return mapTexts(value, (text) => resolvedText(text, (name) => targetValue(targets, name, input)));
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
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, change)]));
}
