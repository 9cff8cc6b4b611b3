import { openWorkspace } from '../local/workspace.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { parseRemoteUrl } from './address.ts';
import { createRemoteClient, type RemoteClient } from './client.ts';
import { findKey, KEY_VARIABLE } from './key.ts';

/** A client for the app that `--remote` names. */
export async function openRemote(terminal: Terminal, options: CommonOptions): Promise<RemoteClient> {
  const url = parseRemoteUrl(options.remote ?? '');
  const key = await findKey(terminal, { option: options.key, variable: process.env[KEY_VARIABLE] });
  return createRemoteClient({ url, key, caller: openWorkspace(options.environment).holder });
}
