import { UserError } from '../../shared/errors.ts';
import { type AppSettings, resolveSettings } from '../app-settings.ts';
import { Trigger, triggerOf } from '../bindings.ts';
import type { RegisteredFunction } from '../core-api.ts';
import { HOST_STORAGE } from './connection.ts';
import { type PathPattern, parsePathPattern } from './path-pattern.ts';

export interface BlobTrigger {
  readonly functionName: string;
  readonly pattern: PathPattern;
  /** Name of the setting with the storage account. */
  readonly connection: string;
  /** How it hears of blobs: it looks for them, or is told by Event Grid. */
  readonly source: 'LogsAndContainerScan' | 'EventGrid';
}

/**
 * The blob triggers among the functions.
 * @throws UserError `blob_trigger_invalid`, or `setting_missing` for a path with `%NAME%` without that setting.
 */
export function blobTriggers(functions: readonly RegisteredFunction[], settings: AppSettings): readonly BlobTrigger[] {
  return functions.flatMap(({ metadata }) => {
    const trigger = triggerOf(metadata);
    if (trigger?.binding.type !== Trigger.blob) return [];
    const { path, connection, source = 'LogsAndContainerScan' } = trigger.binding;
    if (source !== 'LogsAndContainerScan' && source !== 'EventGrid') {
      throw invalid(metadata.name, `the embedded runtime does not serve its source ${String(source)}`);
    }
    const text = resolveSettings(String(path), settings, metadata.name);
    try {
      const pattern = parsePathPattern(text);
      return [{ functionName: metadata.name, pattern, connection: String(connection || HOST_STORAGE), source }];
    } catch (error) {
      throw invalid(metadata.name, (error as Error).message);
    }
  });
}

function invalid(name: string, detail: string): UserError {
  return new UserError(`The blob trigger ${name} is invalid: ${detail}.`, { code: 'blob_trigger_invalid' });
}
