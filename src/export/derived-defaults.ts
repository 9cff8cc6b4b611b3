import { isJsonObject, type Json } from '../shared/json.ts';
import type { EnvironmentParameter, ExportedProject, Part, Value } from './model.ts';

/**
 * The project for whoever gives no more than a name: everything that has the stand-in for it in its value is made of the name, and
 * all other parameters default to what they are here.
 *
 * @param name the parameter, and the text that stands for it, with hyphens
 * @param asked parameters that stay without default
 */
export function withDerivedDefaults(
  project: ExportedProject,
  name: { readonly parameter: string; readonly description: string; readonly standIn: string },
  asked: readonly string[],
): ExportedProject {
  const parameters = project.parameters.map((one): EnvironmentParameter => {
    const { value, ...rest } = one;
    return asked.includes(one.name) || value === undefined ? rest : { ...rest, otherwise: derived(value, name) };
  });
  const { parameter, description } = name;
  return { ...project, parameters: [{ name: parameter, type: 'string', description }, ...parameters] };
}

type Name = { readonly parameter: string; readonly standIn: string };

function derived(value: Json, name: Name): Value {
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => derived(item, name)) };
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([key, member]) => ({ key: [key], value: derived(member, name) }));
    return { kind: 'object', members };
  }
  return typeof value === 'string' ? derivedText(value, name) : { kind: 'literal', value };
}

function derivedText(text: string, { parameter, standIn }: Name): Value {
  const spellings = [
    { text: standIn, term: { kind: 'parameter', name: parameter } },
    { text: standIn.replaceAll('-', ''), term: { kind: 'unhyphenated', name: parameter } },
  ] as const;
  const found = spellings.find((one) => text.includes(one.text));
  if (!found) return { kind: 'literal', value: text };
  const parts = text
    .split(found.text)
    .flatMap((part, index): Part[] => [...(index > 0 ? [found.term] : []), ...(part === '' ? [] : [part])]);
  return { kind: 'text', parts };
}
