import { resolve } from 'node:path';
import type { DeploymentConfig, ParsedConfig } from '../../domain/config/model.ts';
import { DEFAULT_ENVIRONMENT } from '../../domain/environment-name.ts';
import { openFileRunStore } from '../../state/file/run-store.ts';
import { environmentsOfStateFile, openFileStateStore } from '../../state/file/state-store.ts';
import type { DeploymentStorage, EnvironmentStores } from '../../state/ports.ts';
import type { CommonOptions } from '../options.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export const DEFAULT_STATE_FILE = '.azure-deployment-state-v1.json';

/** State and runs of one environment on this machine. */
export interface LocalStores extends EnvironmentStores {
  readonly workspace: Workspace;
  readonly environment: string;
}

/** Where they are, as the configuration says; nothing is created. */
export async function findLocalStores(
  { environment }: Pick<CommonOptions, 'environment'>,
  parsed: Pick<ParsedConfig, 'config'> | undefined,
): Promise<{ readonly stores: LocalStores; prepare(): Promise<void> }> {
  const workspace = openWorkspace(environment);
  const advanced = parsed?.config.advanced;
  if (isSharedState(parsed?.config)) {
    const storage = await sharedStorage(advanced?.stateBlob);
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

/** The state is where an app may keep it as well, and not a file. */
export function isSharedState(config: Pick<DeploymentConfig, 'advanced'> | undefined): boolean {
  return config?.advanced.stateStorage === 'blob' || process.env.AZURE_STATE_STORAGE === 'blob';
}

/** The environments that have a state there, in alphabetical order. */
export async function findEnvironments({ config }: Pick<ParsedConfig, 'config'>): Promise<readonly string[]> {
  const { advanced } = config;
  if (isSharedState(config)) return await (await sharedStorage(advanced.stateBlob)).environments();
  return await environmentsOfStateFile(resolve(openWorkspace(DEFAULT_ENVIRONMENT).directory, advanced.stateFile));
}

/** Its SDK, the second largest, is loaded by whoever has his state there. */
async function sharedStorage(
  stateBlob: DeploymentConfig['advanced']['stateBlob'] | undefined,
): Promise<DeploymentStorage> {
  return await (await import('./shared-storage.ts')).openSharedStorage(stateBlob);
}
