import { isGiven, valueIn } from '../compose/scope.ts';
import { filled, type Part, parseTemplate, variablesIn } from '../compose/template.ts';
import { rawTextOf, type Tree } from '../compose/tree.ts';

/** The parts of a text; what is no text has none. The reader has refused what is no template. */
function partsOf(tree: Tree | undefined): readonly Part[] {
  const template = parseTemplate(rawTextOf(tree) ?? '');
  return template.ok ? template.parts : [];
}

/** The value as Compose reads it, with what is not set as nothing; undefined where there is none. */
export function composeText(tree: Tree | undefined): string | undefined {
  if (!tree || rawTextOf(tree) === undefined) return undefined;
  return filled(partsOf(tree), (name) => valueIn(tree.place.origin.scope, name)).text;
}

export function isTrue(tree: Tree | undefined): boolean {
  return /^(?:true|yes|on|1)$/i.test(composeText(tree) ?? '');
}

/** The names of the variables in it. */
export function variablesOf(tree: Tree | undefined): readonly string[] {
  return variablesIn(partsOf(tree));
}

/** Variables of a text that have no value and no default: Compose takes them for empty. */
export function unsetIn(tree: Tree): readonly string[] {
  return filled(partsOf(tree), (name) => valueIn(tree.place.origin.scope, name)).unset;
}

/**
 * The text as a configuration with `interpolate: true` says it: a variable stays one, with what `.env` has for it as its default, and
 * with nothing as its default where it is set nowhere.
 *
 * @param fallback the default of what is set nowhere
 */
export function ourText(tree: Tree, fallback = ''): string {
  return rendered(partsOf(tree), tree.place.origin.scope, fallback);
}

type Scope = Tree['place']['origin']['scope'];

function rendered(parts: readonly Part[], scope: Scope, fallback: string): string {
  return parts.map((part) => ('text' in part ? dollars(part.text) : variable(part, scope, fallback))).join('');
}

function variable(part: Exclude<Part, { text: string }>, scope: Scope, fallback: string): string {
  const { variable: name, operator, word } = part;
  const value = isGiven(scope, name) ? undefined : valueIn(scope, name);
  if (value !== undefined && !(value === '' && operator.startsWith(':'))) {
    if (operator.endsWith('+')) return rendered(word, scope, fallback);
    // Nothing says within braces that one of them is meant as it is.
    return /[{}$]/.test(value) ? dollars(value) : `\${${name}:-${value}}`;
  }
  if (operator !== '') return `\${${name}${operator}${rendered(word, scope, fallback)}}`;
  return isGiven(scope, name) ? `\${${name}}` : `\${${name}:-${fallback}}`;
}

/** Every dollar of a text that is meant as it is. */
export function dollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes of `512m`, `1.5gb`: https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-byte-values */
export function bytesOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*(b|[kmgt])?i?b?$/i.exec(text?.trim() ?? '') ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of `1m30s`: https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-durations */
export function secondsOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/.test(trimmed)) return undefined;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (SECONDS[unit] ?? 1), 0);
}

/** A number of at least `least`; undefined: it is none. */
export function numberOf(text: string | undefined, least = 0): number | undefined {
  const number = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isFinite(number) && number >= least ? number : undefined;
}

export function countOf(text: string | undefined): number | undefined {
  const number = numberOf(text);
  return Number.isInteger(number) ? number : undefined;
}
