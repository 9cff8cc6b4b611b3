import { dirname, resolve } from 'node:path';
import { createSteps } from '../../activities/activities.ts';
import { connectForStrangers } from '../../azure/connect.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { createMasker } from '../../domain/masking.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { Services } from '../../engine/services.ts';
import type { NotAskedFor } from '../../planning/not-asked-for.ts';
import { planWork } from '../../planning/plan-work.ts';
import { type ConfigFile, configFilesOf } from '../../runs/deployments.ts';
import { runOptions } from '../../runs/run-options.ts';
import { systemClock } from '../../shared/clock.ts';
import { productVersion } from '../../shared/product-version.ts';
import { openSource } from '../../source/source-tree.ts';
import { openFileStateStore } from '../../state/file/state-store.ts';
import type { DeployOptions } from '../options.ts';
import { connectCloud } from './cloud-connection.ts';
import { DEFAULT_STATE_FILE } from './find-stores.ts';
import { requireNoLink } from './no-links.ts';
import { openWorkspace } from './workspace.ts';

/**
 * The plan of a configuration whose author is not trusted, such as that of a pull request. Besides the sign-in it sends questions to
 * Resource Manager and nothing else, resolves no secret, asks no repository and no docker, reads sources within their folder only, and
 * the state only at its default place, never where the configuration says. Writes nothing.
 *
 * @throws UserError `link_refused`, and whatever is wrong with the configuration
 */
export async function planForStrangers(options: DeployOptions, file: ConfigFile): Promise<Plan> {
  const { environment } = options;
  const { config } = file;
  const workspace = openWorkspace(environment);
  const masker = createMasker([...file.literals.values()]);
  const { state, unseen } = await readState(environment, config);
  const cloud = connectCloud(options, workspace.simulatorDirectory, () => undefined, connectForStrangers);
  // Whoever asks the cloud for something is told.
  cloud.catch(() => undefined);
  try {
    const services: Services = {
      clock: systemClock,
      holder: workspace.holder,
      engine: workspace.engine,
      version: productVersion(),
      approvalTimeoutInSeconds: 0,
      secrets: { literal: () => undefined, environment: () => undefined },
      stores: () => {
        throw new Error('a plan of a stranger has no stores');
      },
      azure: async () => (await cloud).azure,
      source: async (directory) => {
        if (directory === null) return undefined;
        await requireNoLink(directory);
        const configFiles = configFilesOf(file);
        return await openSource(resolve(directory), { leaveOut: workspace.ownPaths, configFiles, isEnclosed: true });
      },
      gitSource: () => undefined,
      // Whether there is one is nothing that its author decides about.
      localBuilder: {
        obstacle: async () => undefined,
        follow: async () => {
          throw new Error('a plan builds nothing');
        },
      },
      mask: (text) => masker.mask(text),
      observe: () => undefined,
    };
    const { plan } = await planWork(services, createSteps(), {
      environment,
      config,
      options: runOptions(options, config),
      source: options.source ?? dirname(file.path),
      state,
      notAsked: notAskedFor(config, unseen),
    });
    return plan;
  } finally {
    const connection = await cloud.catch(() => undefined);
    await connection?.close();
  }
}

function notAskedFor({ docker }: DeploymentConfig, unseen: readonly string[]): NotAskedFor {
  const fromGit = docker.source !== undefined;
  return {
    // Who deploys is somebody else.
    facts: ['secret', 'principal', ...(fromGit ? ['file'] : [])],
    unseen: [
      'the configuration is not trusted: Azure Resource Manager was asked, and nobody else',
      'the secrets: neither variables of this command nor a vault were read, so that their values count as they were',
      'whether the applications answer, and what the deployer may do',
      'what it costs: nobody was asked for prices',
      ...(fromGit ? [`the repository ${docker.source}: its sources count as they were`] : []),
      ...unseen,
    ],
  };
}

interface KnownState {
  readonly state: EnvironmentState;
  readonly unseen: readonly string[];
}

/** A configuration may name any file, and any storage account. */
async function readState(environment: string, { advanced }: DeploymentConfig): Promise<KnownState> {
  const { directory, environmentDirectory } = openWorkspace(environment);
  const store = openFileStateStore({
    path: resolve(directory, DEFAULT_STATE_FILE),
    environment,
    directory: environmentDirectory,
  });
  await requireNoLink(store.location);
  const { value, etag, warnings } = await store.read();
  const isElsewhere =
    advanced.stateStorage === 'blob' || (advanced.stateFile !== undefined && advanced.stateFile !== DEFAULT_STATE_FILE);
  const found = etag === null ? `there is no state at ${store.location}, so that every step counts as never run` : '';
  return {
    state: value,
    unseen: [
      ...warnings,
      ...(isElsewhere ? ['the state where the configuration says that it is'] : []),
      ...(found === '' ? [] : [found]),
    ],
  };
}
