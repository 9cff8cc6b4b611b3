import { isJsonObject, type Json } from '../shared/json.ts';

/** Fields whose values are secrets, or may be: whatever a user puts into a variable, a header or a command line. */
const SENSITIVE =
  /\benv\b|secrets\b|headers|\bcommand\b|\bargs\b|password|token|credential|(?:shared|access|account|primary|instrumentation)key|connectionstring/i;

/** Fields below those that name a secret, or who may read it, and hold none. */
const NAMES_A_SECRET = /\.(?:keyVaultUrl|identity|\w*secretRef)$/i;

/** Whether the value at a path of a resource's body must not be shown; the path may always be. */
export function isHidden(path: string): boolean {
  return SENSITIVE.test(path) && !NAMES_A_SECRET.test(path);
}

/**
 * A value of a resource's body for plans, progress and drift reports, without anything that may be a secret.
 *
 * @param instead stands for a value that is hidden
 */
export function shownValue(path: string, value: Json | undefined, instead = '(hidden)'): string {
  if (value === undefined || value === null) return '(none)';
  if (isHidden(path)) return instead;
  return typeof value === 'object' ? JSON.stringify(redacted(path, value)) : String(value);
}

function redacted(path: string, value: Json): Json {
  if (isHidden(path)) return '(hidden)';
  if (Array.isArray(value)) return value.map((member) => redacted(`${path}[]`, member));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, redacted(`${path}.${key}`, child)]));
}
