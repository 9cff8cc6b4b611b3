import { z } from 'zod';
import { configSchema } from './schema.ts';
import { unwrapped } from './unwrapped-schema.ts';

/**
 * The key in the configuration file that decides a value of the normalized configuration, by the schema of the file:
 * `postgresql.storageSizeInGb` → `postgresql.storage_size`. Names of services, variables and tags are the text of the user
 * and stay as they are. Of a secret only its name in the vault is kept, so the answer is `secret GEMINI-API-KEY`.
 *
 * @returns undefined for what has no key in the file, because it follows from others, e.g. the kind of a service
 */
export function userKey(path: string): string | undefined {
  const [section = '', ...rest] = path
    .replace(/^services\.(?:application|infrastructure)\./, 'services.')
    // What a template says stands in the file that is named.
    .replace(/^(templates\.[^.]+)\.template\b.*$/, '$1.file')
    .split('.');
  if (section === 'secrets') return `secret ${rest.slice(0, -1).join('.')}`;
  return keyIn(configSchema, [section, ...rest])?.join('.');
}

/** The parts of a key. `null`: the path is that of something known which no key says; `undefined`: it leads nowhere. */
type Key = readonly string[] | null | undefined;

function keyIn(schema: z.ZodType, parts: readonly string[]): Key {
  if (parts.length === 0) return [];
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return keyInObject(inner, parts);
  if (inner instanceof z.ZodRecord) return keyInRecord(unwrapped(inner.valueType as z.ZodType), parts);
  if (inner instanceof z.ZodUnion) return keyInUnion(inner, parts);
  // A setting that is one text in the file and has parts in the model.
  return [];
}

/** The model may have two levels where the file has one: `stateBlob.account` is `state_blob_account`. */
function keyInObject({ shape }: z.ZodObject, parts: readonly string[]): Key {
  for (let count = parts.length; count > 0; count -= 1) {
    const name = modelName(parts.slice(0, count).join('_'));
    const found = Object.entries(shape).find(([key]) => modelName(key) === name);
    if (!found) continue;
    const rest = keyIn(found[1] as z.ZodType, parts.slice(count));
    return rest && [found[0], ...rest];
  }
  return undefined;
}

/** Names may hold dots: the shortest one is meant that leaves a known key. */
function keyInRecord(value: z.ZodType, parts: readonly string[]): Key {
  if (isVariable(value)) return keyOfVariable(parts);
  if (!(value instanceof z.ZodObject)) return [parts.join('.')];
  for (let count = 1; count < parts.length; count += 1) {
    const rest = keyInObject(value, parts.slice(count));
    if (rest !== undefined) return rest && [parts.slice(0, count).join('.'), ...rest];
  }
  return undefined;
}

function isVariable(value: z.ZodType): boolean {
  return value instanceof z.ZodUnion && value.options.some((option) => option instanceof z.ZodObject);
}

/** In the model a variable says what kind of value it has; in the file that is how the value is written. */
function keyOfVariable(parts: readonly string[]): Key {
  return parts.at(-1) === 'kind' ? null : [parts.slice(0, -1).join('.')];
}

function keyInUnion({ options }: z.ZodUnion, parts: readonly string[]): Key {
  for (const option of options) {
    const found = option instanceof z.ZodObject ? keyInObject(option, parts) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `bake_time` and `bakeTimeInSeconds` → `baketime`: the model is in camel case and names the unit. */
function modelName(key: string): string {
  return key
    .replace(/In(?:Seconds|Gb)$/, '')
    .replaceAll('_', '')
    .toLowerCase();
}
