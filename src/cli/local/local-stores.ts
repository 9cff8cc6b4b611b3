import { resolve } from 'node:path';
import type { ParsedConfig } from '../../domain/config/model.ts';
import { UserError } from '../../shared/errors.ts';
import { openFileRunStore } from '../../state/file/run-store.ts';
import { openFileStateStore } from '../../state/file/state-store.ts';
import type { EnvironmentStores } from '../../state/ports.ts';
import { loadConfig } from '../load-config.ts';
import type { CommonOptions } from '../options.ts';
import { openSharedStorage } from './shared-storage.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const DEFAULT_STATE_FILE = '.azure-deployment-state-v1.json';

/** State and runs of one environment on this machine. */
export interface LocalStores extends EnvironmentStores {
  readonly workspace: Workspace;
  readonly environment: string;
}

export async function openLocalStores(options: CommonOptions, parsed: ParsedConfig | undefined): Promise<LocalStores> {
  const { environment } = options;
  const workspace = openWorkspace(environment);
  const advanced = parsed?.config.advanced;
  if (advanced?.stateStorage === 'blob' || process.env.AZURE_STATE_STORAGE === 'blob') {
    const storage = await openSharedStorage(advanced?.stateBlob);
    await storage.prepare();
    return { workspace, environment, ...storage.environment(environment) };
  }
  const path = resolve(workspace.directory, advanced?.stateFile ?? DEFAULT_STATE_FILE);
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
    return await openLocalStores(options, await loadConfig(options));
  } catch (error) {
    const absent = error instanceof UserError && error.code === 'config_unreadable';
    if (absent && !options.configGiven) return await openLocalStores(options, undefined);
    throw error;
  }
}
