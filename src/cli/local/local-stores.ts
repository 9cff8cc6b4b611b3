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

export const DEFAULT_STATE_FILE = '.azure-deployment-state-v1.json';

/** State and runs of one environment on this machine. */
export interface LocalStores extends EnvironmentStores {
  readonly workspace: Workspace;
  readonly environment: string;
}

/** Creates what a shared storage lacks. */
export async function openLocalStores(options: CommonOptions, parsed: ParsedConfig | undefined): Promise<LocalStores> {
  const { stores, prepare } = await findLocalStores(options, parsed);
  await prepare();
  return stores;
}

/** The same, and nothing is created. */
export async function findLocalStores(
  { environment }: CommonOptions,
  parsed: ParsedConfig | undefined,
): Promise<{ readonly stores: LocalStores; prepare(): Promise<void> }> {
  const workspace = openWorkspace(environment);
  const advanced = parsed?.config.advanced;
  if (advanced?.stateStorage === 'blob' || process.env.AZURE_STATE_STORAGE === 'blob') {
    const storage = await openSharedStorage(advanced?.stateBlob);
    return {
      stores: { workspace, environment, ...storage.environment(environment) },
      prepare: () => storage.prepare(),
    };
  }
  const path = resolve(workspace.directory, advanced?.stateFile ?? DEFAULT_STATE_FILE);
  const state = openFileStateStore({ path, environment, directory: workspace.environmentDirectory });
  const runs = openFileRunStore({ directory: workspace.environmentDirectory });
  return { stores: { workspace, environment, state, runs }, prepare: async () => undefined };
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
