import type { CommonOptions } from '../options.ts';
import { subscriptionOfSimulator } from '../simulator-process.ts';
import type { Terminal } from '../terminal.ts';
import { openStoresForReading } from './local-stores.ts';
import { openWorkspace } from './workspace.ts';

/**
 * What a look at an environment is about that was deployed to the simulator of this folder: that simulator, also where the option was
 * forgotten. No Azure has its subscription, so that asking there could only fail, and commands that are told would be about nothing.
 */
export async function asDeployed<Options extends CommonOptions>(
  options: Options,
  { stderr }: Pick<Terminal, 'stderr'>,
): Promise<Options> {
  if (options.simulate || options.remote !== undefined) return options;
  const simulated = await subscriptionOfSimulator(openWorkspace(options.environment).simulatorDirectory);
  if (simulated === undefined) return options;
  const { value } = await (await openStoresForReading(options)).state.read();
  if (value.subscription_id !== simulated) return options;
  stderr.write('This was deployed to the simulator: it is looked at there, as with --simulate.\n');
  return { ...options, simulate: true };
}
