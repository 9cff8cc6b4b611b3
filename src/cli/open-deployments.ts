import type { Deployments } from './deployments.ts';
import { localDeployments } from './local-deployments.ts';
import { openStoresForReading } from './local-stores.ts';
import type { CommonOptions } from './options.ts';
import { openRemote } from './remote/open-remote.ts';
import { remoteDeployments } from './remote/remote-deployments.ts';
import type { Terminal } from './terminal.ts';

/** The deployments that a command is about: behind `--remote`, else those whose state this machine can read itself. */
export async function openDeployments(terminal: Terminal, options: CommonOptions): Promise<Deployments> {
  if (options.remote === undefined) return localDeployments(await openStoresForReading(options));
  const client = await openRemote(terminal, options);
  return remoteDeployments(client, options.environment, connectionNotes(terminal));
}

/** Says on standard error when the app is out of reach and when it is back. */
export function connectionNotes(terminal: Terminal): (state: 'lost' | 'back') => void {
  return (state) => {
    const text = state === 'lost' ? 'The connection is lost; trying again. The run goes on.' : 'Connected again.';
    terminal.stderr.write(`⚠ ${text}\n`);
  };
}
