import { simulatorSetting } from '../../azure/simulated/setting.ts';
import type { Fetch } from '../../outbound/fetch.ts';
import { fetchOfSimulated, findSimulatedAzure } from '../../outbound/simulated-azure.ts';
import { openWorkspace } from '../local/workspace.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { isHere, parseRemoteUrl } from './address.ts';
import { createRemoteClient, type RemoteClient } from './client.ts';
import { findKey, KEY_VARIABLE } from './key.ts';

/** A client for the app that `--remote` names. */
export async function openRemote(terminal: Terminal, options: CommonOptions): Promise<RemoteClient> {
  const url = parseRemoteUrl(options.remote ?? '');
  const key = await findKey(terminal, { option: options.key, variable: process.env[KEY_VARIABLE] });
  const outbound = isHere(url) ? undefined : await outboundOfSetting();
  return createRemoteClient({
    url,
    key,
    caller: openWorkspace(options.environment).holder,
    ...(outbound && { outbound }),
  });
}

/** Of an app that was installed on a simulator, where the setting names that. */
async function outboundOfSetting(): Promise<Fetch | undefined> {
  const simulator = simulatorSetting(process.env, process.env.AZURE_CLOUD ?? 'AzureCloud');
  return simulator && fetchOfSimulated(await findSimulatedAzure(simulator.address));
}
