import { resolve } from 'node:path';
import type { ParsedConfig } from '../domain/config/model.ts';
import { UserError } from '../shared/errors.ts';
import { openFileRunStore } from '../state/file/run-store.ts';
import { openFileStateStore } from '../state/file/state-store.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import { loadConfig } from './load-config.ts';
import type { CommonOptions } from './options.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const DEFAULT_STATE_FILE = '.azure-deployment-state-v1.json';

/** State and runs of one environment on this machine. */
export interface LocalStores extends EnvironmentStores {
  readonly workspace: Workspace;
  readonly environment: string;
}

export function openLocalStores(options: CommonOptions, parsed: ParsedConfig | undefined): LocalStores {
  if (parsed?.config.advanced.stateStorage === 'blob' || process.env.AZURE_STATE_STORAGE === 'blob') {
    throw new UserError('State in blob storage is not part of this version.', {
      code: 'state_storage_unavailable',
      hint: 'Use advanced.state_storage: local and leave AZURE_STATE_STORAGE unset.',
    });
  }
  const { environment } = options;
  const workspace = openWorkspace(environment);
  const path = resolve(workspace.directory, parsed?.config.advanced.stateFile ?? DEFAULT_STATE_FILE);
  return {
    workspace,
    environment,
    state: openFileStateStore({ path, environment, directory: workspace.environmentDirectory }),
    runs: openFileRunStore({ directory: workspace.environmentDirectory }),
  };
}

/**
 * For commands that only look: the configuration tells where the state is, and is not needed where the state lies at its
 * default place.
 */
export async function openStoresForReading(options: CommonOptions): Promise<LocalStores> {
  try {
    return openLocalStores(options, await loadConfig(options.config));
  } catch (error) {
    const absent = error instanceof UserError && error.code === 'config_unreadable';
    if (absent && !options.configGiven) return openLocalStores(options, undefined);
    throw error;
  }
}
