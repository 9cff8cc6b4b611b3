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
