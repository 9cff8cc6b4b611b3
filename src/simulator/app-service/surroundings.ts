import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnectProxy } from '../connect-proxy.ts';
import type { World } from '../world.ts';
import type { HostedAppsOptions } from './hosted-apps.ts';
import { openIdentityEndpoint } from './identity-endpoint.ts';

/** What is around hosted apps: a way into this cloud under Azure's names, and the endpoint of their identities. */
export interface Surroundings extends Pick<HostedAppsOptions, 'surroundings' | 'identityEndpoint'> {
  close(): Promise<void>;
}

/** Where no app runs. */
export const NO_SURROUNDINGS: Surroundings = {
  surroundings: {},
  identityEndpoint: () => ({ url: '', header: '' }),
  close: () => Promise.resolve(),
};

/**
 * An app is pointed at nothing: it asks Azure under its names, as it always does, by the variables of any proxy that its process has
 * (`HTTPS_PROXY`, `NODE_EXTRA_CA_CERTS`), and gets its tokens where App Service has them (`IDENTITY_ENDPOINT`).
 */
export async function openSurroundings(
  world: World,
  simulator: { readonly port: number; readonly caCertificate: string },
): Promise<Surroundings> {
  const [folder, proxy, identities] = await Promise.all([
    mkdtemp(join(tmpdir(), 'simulated-authority-')),
    openConnectProxy(simulator),
    openIdentityEndpoint(world),
  ]);
  const authorities = join(folder, 'authorities.pem');
  await writeFile(authorities, simulator.caCertificate);
  return {
    surroundings: { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1,localhost', NODE_EXTRA_CA_CERTS: authorities },
    identityEndpoint: (site) => identities.of(site),
    async close() {
      await Promise.all([identities.close(), proxy.close(), rm(folder, { recursive: true, force: true })]);
    },
  };
}
