import { isJsonObject, type Json } from '../../shared/json.ts';

/** A value as the state keeps outputs: texts as they are, unless they would be taken for something else, and JSON of all others. */
export function outputText(value: Json): string {
  return typeof value === 'string' && parsed(value) === undefined ? value : JSON.stringify(value);
}

/** The other way round; a symbol for what is not known yet is a text. */
export function outputValue(text: string): Json {
  const value = parsed(text);
  return value === undefined ? text : value;
}

/** Null, too, is told apart from a text that is none. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What a live resource, or an answer, has at a dotted path; numbers count members of arrays. */
export function valueAt(value: Json, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((current, key) => {
    if (Array.isArray(current)) return /^\d+$/.test(key) ? current[Number(key)] : undefined;
    return isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  }, value);
}
