import { isJsonObject, type Json } from '../shared/json.ts';
import type { Part, Term, Value } from './model.ts';
import { readText, type TextSources } from './read-text.ts';

export interface ValueSources extends TextSources {
  /** The parameter that has the text as its value, e.g. the name of the vault. */
  parameterOf(text: string): Term | undefined;
}

/**
 * A value of a body as code says it: with names in it for what is of elsewhere. What was computed with outputs (a hash) stands as
 * it is in this environment.
 *
 * @param marked made with marks for all outputs
 * @param known the same as it is in this environment; its shape counts
 */
export function readValue(marked: Json | undefined, known: Json, sources: ValueSources): Value {
  if (Array.isArray(known)) {
    const others = Array.isArray(marked) && marked.length === known.length ? marked : [];
    return { kind: 'list', items: known.map((item, index) => readValue(others[index], item, sources)) };
  }
  if (isJsonObject(known)) {
    const others = isJsonObject(marked) ? Object.entries(marked) : [];
    const entries = Object.entries(known);
    const isParallel = others.length === entries.length;
    return {
      kind: 'object',
      members: entries.map(([key, value], index) => {
        const other = isParallel ? others[index] : others.find(([name]) => name === key);
        const parts = other && readText(other[0], key, sources);
        return { key: parts ?? [key], value: readValue(other?.[1], value, sources) };
      }),
    };
  }
  if (typeof known !== 'string') return { kind: 'literal', value: known };
  const parts = typeof marked === 'string' ? readText(marked, known, sources) : undefined;
  if (parts) return { kind: 'text', parts };
  const parameter = sources.parameterOf(known);
  return parameter ? text(parameter) : { kind: 'literal', value: known };
}

export function text(...parts: readonly Part[]): Value & { readonly kind: 'text' } {
  return { kind: 'text', parts };
}

/** Every term of a value, those within others too. */
export function termsOf(value: Value): readonly Term[] {
  switch (value.kind) {
    case 'literal':
      return [];
    case 'text':
      return termsOfParts(value.parts);
    case 'list':
      return value.items.flatMap(termsOf);
    case 'object':
      return value.members.flatMap((member) => [...termsOfParts(member.key), ...termsOf(member.value)]);
  }
}

function termsOfParts(parts: readonly Part[]): readonly Term[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    return part.kind === 'guid' ? [part, ...part.parts.flatMap(termsOf)] : [part];
  });
}

/** The same value with other terms. */
export function mapTerms<One extends Value>(value: One, change: (term: Term) => Part): One {
  return mapped(value, change) as One;
}

function mapped(value: Value, change: (term: Term) => Part): Value {
  switch (value.kind) {
    case 'literal':
      return value;
    case 'text':
      return { kind: 'text', parts: mapParts(value.parts, change) };
    case 'list':
      return { kind: 'list', items: value.items.map((item) => mapped(item, change)) };
    case 'object':
      return {
        kind: 'object',
        members: value.members.map((member) => ({
          key: mapParts(member.key, change),
          value: mapped(member.value, change),
        })),
      };
  }
}

function mapParts(parts: readonly Part[], change: (term: Term) => Part): readonly Part[] {
  return parts.map((part) => {
    if (typeof part === 'string') return part;
    const changed = change(part);
    if (typeof changed === 'string' || changed.kind !== 'guid') return changed;
    return { ...changed, parts: changed.parts.map((one) => mapTerms(one, change)) };
  });
}
