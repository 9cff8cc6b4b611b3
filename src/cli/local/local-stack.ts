import { resolve } from 'node:path';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { RunEvent } from '../../domain/events.ts';
import { createMasker } from '../../domain/masking.ts';
import { coded, unacknowledged } from '../../domain/warnings/warning-codes.ts';
import type { Services } from '../../engine/services.ts';
import { createPublicFetch, createWebhookFetch } from '../../outbound/fetch.ts';
import { type ConfigFile, configFilesOf } from '../../runs/deployments.ts';
import { systemClock } from '../../shared/clock.ts';
import { productVersion } from '../../shared/product-version.ts';
import { gitSources } from '../../source/git-source.ts';
import { openSource } from '../../source/source-tree.ts';
import { openKeptFile } from '../../state/file/kept-text.ts';
import type { CommonOptions } from '../options.ts';
import { connectCloud } from './cloud-connection.ts';
import { createDockerBuilder } from './docker/docker-builder.ts';
import { isSharedState, type LocalStores } from './find-stores.ts';
import { createSecretSource } from './secret-source.ts';

const APPROVAL_TIMEOUT_IN_SECONDS = 24 * 60 * 60;

/** Everything a local run needs, around the same functions that Azure runs. */
export interface LocalStack {
  readonly services: Services;
  /** For the user: what the simulator made up. */
  readonly notes: readonly string[];
  /** Resolves when the cloud can be asked; until then it is being connected to. */
  readonly connected: Promise<void>;
  close(): Promise<void>;
}

/**
 * Begins to connect to the cloud, and does not wait for it: there is enough to load meanwhile.
 *
 * @param connect for whoever is connected already
 * @throws UserError `secret_missing`
 */
export function openLocalStack(
  options: CommonOptions,
  parsed: ConfigFile,
  stores: LocalStores,
  observe: (event: RunEvent) => void,
  connect: typeof connectCloud = connectCloud,
): LocalStack {
  const secrets = createSecretSource(parsed, process.env, options.simulate);
  const masker = createMasker(secrets.known);
  const cloud = connect(options, stores.workspace.simulatorDirectory, (secret) => masker.add(secret));
  const connected = cloud.then(() => undefined);
  // Whoever asks the cloud for something is told.
  connected.catch(() => undefined);
  const { holder, engine } = stores.workspace;
  const { pricesFile, simulatedPricesFile } = stores.workspace;
  const { sourceCacheFile: cacheFile, ownPaths: leaveOut } = stores.workspace;
  const sourceOptions = { cacheFile, leaveOut, configFiles: configFilesOf(parsed) };
  return {
    services: {
      clock: systemClock,
      holder,
      engine,
      version: productVersion(),
      approvalTimeoutInSeconds: APPROVAL_TIMEOUT_IN_SECONDS,
      secrets,
      stores: () => stores,
      azure: async () => (await cloud).azure,
      source: async (directory) =>
        directory === null ? undefined : await openSource(resolve(directory), sourceOptions),
      post: createWebhookFetch(process.env),
      gitSource: gitSources(createPublicFetch(process.env), systemClock),
      localBuilder: createDockerBuilder(process.env),
      prices: openKeptFile(options.simulate ? simulatedPricesFile : pricesFile),
      mask: (text) => masker.mask(text),
      observe,
    },
    notes: [
      ...secrets.madeUp.map((name) => `${name} is not set; the simulator gets a made-up value.`),
      ...unattendedWarnings(parsed.config),
    ],
    connected,
    async close() {
      const connection = await cloud.catch(() => undefined);
      await connection?.close();
    },
  };
}

/** Only an app looks by the clock, and only at states that it can reach. */
function unattendedWarnings(config: DeploymentConfig): readonly string[] {
  if (!config.drift || isSharedState(config)) return [];
  const message =
    'drift.schedule: nothing looks for drift by itself, since the state is a file; an app does where state_storage is blob, and `draftgenie-deploy drift` at any time.';
  return unacknowledged([coded('drift_unattended', message)], config.acknowledge);
}
