import { readFile } from 'node:fs/promises';
import { UserError } from '../shared/errors.ts';
import { isJsonObject, type Json, jsonAt } from '../shared/json.ts';
import { isMatchStrategy, type VersionMatchStrategy } from './durable/version-match.ts';
import { parseTimeSpan } from './timer/time-span.ts';

/** What this host takes from host.json: https://learn.microsoft.com/azure/azure-functions/functions-host-json */
export interface HostSettings {
  /** Before every route; may be empty. */
  readonly routePrefix: string;
  readonly functionTimeoutInMs: number;
  readonly taskHubName: string;
  /** Version of new orchestrations. */
  readonly defaultVersion: string;
  /** Which orchestrations the host takes turns of. */
  readonly versionMatchStrategy: VersionMatchStrategy;
}

export const DEFAULT_HOST_SETTINGS: HostSettings = {
  routePrefix: 'api',
  functionTimeoutInMs: 30 * 60 * 1000,
  taskHubName: 'TestHubName',
  defaultVersion: '',
  versionMatchStrategy: 'None',
};

/** @throws UserError `host_json_invalid` when the file is no JSON or a value has the wrong form. */
export async function readHostSettings(path: string | URL): Promise<HostSettings> {
  const text = await readFile(path, 'utf8');
  try {
    const document: unknown = JSON.parse(text);
    if (!isJsonObject(document)) throw new Error('it is no object');
    return parseHostSettings(document);
  } catch (cause) {
    const detail = (cause as Error).message;
    throw new UserError(`${String(path)} is invalid: ${detail}.`, { code: 'host_json_invalid', cause });
  }
}

export function parseHostSettings(document: Json): HostSettings {
  const timeout = textAt(document, 'functionTimeout');
  return {
    routePrefix: textAt(document, 'extensions.http.routePrefix') ?? DEFAULT_HOST_SETTINGS.routePrefix,
    functionTimeoutInMs: timeout === undefined ? DEFAULT_HOST_SETTINGS.functionTimeoutInMs : functionTimeout(timeout),
    taskHubName: textAt(document, 'extensions.durableTask.hubName') ?? DEFAULT_HOST_SETTINGS.taskHubName,
    defaultVersion: textAt(document, 'extensions.durableTask.defaultVersion') ?? DEFAULT_HOST_SETTINGS.defaultVersion,
    versionMatchStrategy: matchStrategy(textAt(document, 'extensions.durableTask.versionMatchStrategy')),
  };
}

function matchStrategy(text: string = DEFAULT_HOST_SETTINGS.versionMatchStrategy): VersionMatchStrategy {
  if (isMatchStrategy(text)) return text;
  throw new Error(`versionMatchStrategy is none of the host's: ${text}`);
}

/** `-1` means no limit. */
function functionTimeout(text: string): number {
  if (text === '-1') return Number.POSITIVE_INFINITY;
  const timeout = parseTimeSpan(text);
  if (timeout === undefined || timeout === 0) throw new Error(`functionTimeout is no time span: ${text}`);
  return timeout;
}

function textAt(document: Json, path: string): string | undefined {
  const value = jsonAt(document, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Error(`${path} is no text`);
  return value;
}
