import { isJsonObject, type Json } from '../../shared/json.ts';
import type { DeploymentConfig } from './model.ts';

/** The value at a dotted path of the normalized configuration; undefined when it is not set. */
export function configValue(config: DeploymentConfig, path: string): Json | undefined {
  let value: Json | undefined = config as unknown as Json;
  for (const key of path.split('.')) {
    if (Array.isArray(value)) value = value.find((item) => isJsonObject(item) && item.key === key);
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** Every leaf below a prefix with its path; services are named by their keys, not by their places in the list. */
export function leaves(config: DeploymentConfig, prefix: string): readonly (readonly [path: string, value: Json])[] {
  const value = configValue(config, prefix);
  return value === undefined ? [] : flatten(prefix, value);
}

function flatten(path: string, value: Json): readonly (readonly [string, Json])[] {
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, child]) => flatten(`${path}.${key}`, child));
  if (Array.isArray(value) && value.some(isKeyed)) {
    return value.flatMap((item) => (isKeyed(item) ? flatten(`${path}.${String(item.key)}`, item) : []));
  }
  return [[path, value]];
}

function isKeyed(value: Json): value is { key: Json } {
  return isJsonObject(value) && typeof value.key === 'string';
}

const SPECIAL: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^services\.(?:application|infrastructure)\./, 'services.'],
  [/^postgresql\.storageSizeInGb$/, 'postgresql.storage_size'],
  [/^release\.(bakeTime|healthTimeout)InSeconds$/, 'release.$1'],
  [/^advanced\.(retryDelay|operationTimeout)InSeconds$/, 'advanced.$1'],
  [/^advanced\.stateBlob\.(\w+)$/, 'advanced.stateBlob_$1'],
];

/** A path of the normalized configuration as users write it: `postgresql.storageSizeInGb` → `postgresql.storage_size`. */
export function userKey(path: string): string {
  const replaced = SPECIAL.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), path);
  const [section = '', ...rest] = replaced.split('.');
  // Names of variables, tags and secrets are the user's own.
  const isFree = section === 'tags' || section === 'secrets';
  return isFree
    ? replaced
    : [section, ...rest].map((part) => (/^[A-Z0-9_]+$/.test(part) ? part : snakeCase(part))).join('.');
}

function snakeCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
