import { hashJson } from '../../shared/json.ts';
import type { DeploymentConfig } from './model.ts';
import type { RawConfig } from './schema.ts';

/**
 * The keys that have a value in the file, dotted and sorted: `postgresql.storage_size`, `services.web.env.LOG_LEVEL`. Nothing,
 * and an empty text, are no values; an empty variable is one. A list is one value.
 */
export function writtenKeys(raw: RawConfig): readonly string[] {
  return [...new Set(keysBelow(raw, []))].sort();
}

function keysBelow(value: unknown, path: readonly string[]): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, child]) => keysBelow(child, [...path, key]));
  return value === '' && !isVariable(path) ? [] : [path.join('.')];
}

function isVariable([section, , member]: readonly string[]): boolean {
  return (section === 'services' || section === 'jobs') && member === 'env';
}

/** Keys that say what another one says. */
const ALIASES: readonly (readonly [key: RegExp, alias: string])[] = [
  [/^(?:services|jobs)\.([^.]+)\.dockerfile$/, 'docker.dockerfiles.$1'],
  [/^postgresql\.sku$/, 'postgresql.postgres_sku'],
  [/^azure\.location$/, 'locations.default'],
  [/^locations\.postgresql$/, 'locations.postgres_server'],
  [/^locations\.monitoring$/, 'locations.log_analytics'],
  [/^locations\.monitoring$/, 'locations.app_insights'],
  [/^locations\.\w+$/, 'locations.default'],
  [/^locations\.\w+$/, 'azure.location'],
];

/** Whether the file has a value at a key, or below it. A configuration that does not know what was written has nothing written. */
export function isWritten({ written = [] }: Pick<DeploymentConfig, 'written'>, key: string): boolean {
  const aliases = ALIASES.flatMap(([pattern, alias]) => (pattern.test(key) ? [key.replace(pattern, alias)] : []));
  return [key, ...aliases].some((one) => written.some((other) => other === one || other.startsWith(`${one}.`)));
}

/**
 * What a configuration says, whoever wrote it: defaults that are written out, and what earlier versions stored, are the same.
 * Which sections it asks for is told apart by `asksForTheSame`, since those versions had no such question.
 */
export function contentDigest({ written: _, unasked: __, ...content }: DeploymentConfig): string {
  return hashJson(content);
}

/** Whether both ask for the same sections; a configuration of before they could be left out may have meant either. */
export function asksForTheSame(one: DeploymentConfig, other: DeploymentConfig): boolean {
  if (one.unasked === undefined || other.unasked === undefined) return true;
  return hashJson(one.unasked) === hashJson(other.unasked);
}
