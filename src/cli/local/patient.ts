import { createSteps } from '../../activities/activities.ts';
import type { Patient } from '../../doctor/examine.ts';
import { processRoutes } from '../../outbound/routes.ts';
import type { ConfigFile } from '../../runs/deployments.ts';
import { systemClock } from '../../shared/clock.ts';
import { once } from '../../shared/once.ts';
import { findSource, loadConfig } from '../load-config.ts';
import type { CommonOptions } from '../options.ts';
import { connectCloud } from './cloud-connection.ts';
import { requireFreeEngine } from './engine.ts';
import { findLocalStores, type LocalStores } from './find-stores.ts';
import { openLocalStack } from './local-stack.ts';
import { examineTools } from './tools.ts';
import { openWorkspace } from './workspace.ts';

/** The deployer of this machine, for `doctor`; every part of it is put together once, when it is first looked at. */
export interface LocalPatient extends Patient<LocalStores> {
  close(): Promise<void>;
}

export function localPatient(options: CommonOptions & { readonly source: string | undefined }): LocalPatient {
  const { environment, config: configPath, simulate, source } = options;
  const workspace = openWorkspace(environment);
  const file = once((): Promise<ConfigFile> => loadConfig(options));
  const told = new Set<(secret: string) => void>();
  let isConnected = false;
  const connect = once(() => {
    isConnected = true;
    return connectCloud(options, workspace.simulatorDirectory, (secret) => {
      for (const tell of told) tell(secret);
    });
  });
  return {
    environment,
    configPath,
    clock: systemClock,
    steps: createSteps(),
    config: async () => (await file()).config,
    tools: () => [examineTools(process.env, options)],
    azure: async () => (await connect()).azure,
    proxyFor: (address) => (simulate ? undefined : processRoutes().proxyFor(address)),
    stores: async () => (await findLocalStores(options, await file())).stores,
    async isParked(stores, { engine }) {
      if (engine !== workspace.engine) return false;
      await requireFreeEngine(stores);
      return true;
    },
    async services(stores) {
      const stack = openLocalStack(
        options,
        await file(),
        stores,
        () => undefined,
        (_options, _folder, keepSecret) => {
          told.add(keepSecret);
          return connect();
        },
      );
      return stack.services;
    },
    source: async (config) => source ?? (await findSource(configPath, config)),
    async close() {
      if (!isConnected) return;
      const connection = await connect().catch(() => undefined);
      await connection?.close();
    },
  };
}
