import { loadKeys } from '../../../runtime/http/keys.ts';
import { UserError } from '../../../shared/errors.ts';
import { openWorkspace } from '../../local/workspace.ts';
import type { CommonOptions } from '../../options.ts';
import { parseRemoteUrl } from '../../remote/address.ts';
import { createRemoteClient, type RemoteClient } from '../../remote/client.ts';
import { KEY_VARIABLE } from '../../remote/key.ts';
import { openRemote } from '../../remote/open-remote.ts';
import { RemoteError } from '../../remote/problem-error.ts';
import { servedHome } from '../../serve/own-folder.ts';
import { servingAt } from '../../serve/serving-record.ts';
import type { Terminal } from '../../terminal.ts';

/** The page of an app, and how this command may speak to the app. */
export interface AppPage {
  /** Of an environment, or of all of them; without any key. */
  address(environment: string | undefined): string;
  environments(): Promise<readonly string[]>;
  /** The same with a code that signs in once and within a minute; as it is where there is none, and the page asks for the key. */
  signedIn(address: string): Promise<string>;
}

/** The page of the app that `--remote` names, else of the one that is served from this directory; undefined: there is neither. */
export async function findPage(terminal: Terminal, options: CommonOptions): Promise<AppPage | undefined> {
  if (options.remote !== undefined) {
    const hasKey = options.key !== undefined || process.env[KEY_VARIABLE] !== undefined;
    const client = async (): Promise<RemoteClient> => await openRemote(terminal, options);
    return pageOf(parseRemoteUrl(options.remote), client, hasKey);
  }
  const home = servedHome();
  const url = await servingAt(home);
  if (url === undefined) return undefined;
  const client = async (): Promise<RemoteClient> => {
    const { keys } = await loadKeys(home);
    return createRemoteClient({ url, key: keys.function, caller: openWorkspace(options.environment).holder });
  };
  return pageOf(url, client, true);
}

export function pageNotServed(): UserError {
  return new UserError('No app is served from this directory.', {
    code: 'page_not_served',
    hint: 'Name one with --remote, or start one with: draftgenie-deploy serve',
  });
}

function pageOf(url: string, client: () => Promise<RemoteClient>, hasKey: boolean): AppPage {
  return {
    address: (environment) =>
      `${url}/api/ui${environment === undefined ? '' : `#/environments/${encodeURIComponent(environment)}`}`,
    environments: async () => (await (await client()).call('listEnvironments', { path: {} })).environments,
    // Nobody is asked for a key that the page asks for as well.
    signedIn: async (address) => (hasKey ? await withCode(address, await client()) : address),
  };
}

/** Behind the `#`, which no server sees: the page takes it out of the address before anything else. */
async function withCode(address: string, client: RemoteClient): Promise<string> {
  try {
    const { code } = await client.call('makeSignInCode', { path: {} });
    return `${address}${address.includes('#') ? '' : '#/'}?code=${code}`;
  } catch (error) {
    if (error instanceof RemoteError && error.status === 404) return address;
    throw error;
  }
}
