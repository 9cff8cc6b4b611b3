import type { ConfigFile, Deployments } from '../runs/deployments.ts';
import { loadConfig } from './load-config.ts';
import { localDeployments } from './local/local-deployments.ts';
import { openLocalStores, openStoresForReading } from './local/local-stores.ts';
import type { CommonOptions } from './options.ts';
import { openRemote } from './remote/open-remote.ts';
import { remoteDeployments } from './remote/remote-deployments.ts';
import type { Terminal } from './terminal.ts';

/**
 * The deployments that a command is about: behind `--remote`, else those whose state this machine can read itself.
 * @param file for commands that have read the configuration
 */
export async function openDeployments(
  terminal: Terminal,
  options: CommonOptions,
  file?: ConfigFile,
): Promise<Deployments> {
  const tell = (line: string): void => void terminal.stderr.write(`${line}\n`);
  if (options.remote !== undefined) {
    return remoteDeployments(await openRemote(terminal, options), options.environment, tell);
  }
  const stores = await (file ? openLocalStores(options, file) : openStoresForReading(options));
  return localDeployments(
    stores,
    async () => {
      const { createLocalRuns } = await import('./local/local-runs.ts');
      return createLocalRuns(stores, options, file ?? (await loadConfig(options)), tell);
    },
    async () => await (await import('./local/look-at-services.ts')).lookAtServices(stores, options),
  );
}
