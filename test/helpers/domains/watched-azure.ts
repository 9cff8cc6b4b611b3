import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { Arm } from '../../../src/azure/ports.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { jsonAt, scalarText } from '../../../src/shared/json.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { CliOptions, CliResult, Sandbox } from '../cli.ts';
import { startConnectProxy } from '../http/connect-proxy.ts';
import { AZURE, deployerOf } from '../http/simulated-azure.ts';

const RESOLVER = new URL('resolver.ts', import.meta.url).href;

export interface WatchedAzure {
  readonly simulator: Simulator;
  readonly arm: Arm;
  /** What DNS is to say of names of the service, by the environment as it is. */
  recordsFor(name: string, app: string): Promise<readonly { name: string; type: string; data: string[] }[]>;
  run(sandbox: Sandbox, args: readonly string[], options?: CliOptions): Promise<CliResult>;
}

/** A cloud in the test's own process, with a public DNS that the test writes while the command line runs. */
export async function watchedAzure(): Promise<WatchedAzure> {
  const simulator = await startSimulator({ profile: 'instant' });
  onTestFinished(() => simulator.close());
  const proxy = await startConnectProxy({ portOf: (host) => (AZURE.test(host) ? simulator.port : undefined) });
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  const { arm } = connectAzure({ cloud, credential, transport });
  return {
    simulator,
    arm,
    async recordsFor(name, app) {
      const group = `/subscriptions/${simulator.subscriptionId}/resourceGroups/shop-rg`;
      const environment = await arm.get(`${group}/providers/Microsoft.App/managedEnvironments/shop-env`, '2026-01-01');
      const text = (path: string) => scalarText(environment && jsonAt(environment, `properties.${path}`));
      return [
        { name, type: 'CNAME', data: [`${app}.${text('defaultDomain')}`] },
        { name: `asuid.${name}`, type: 'TXT', data: [text('customDomainConfiguration.customDomainVerificationId')] },
      ];
    },
    async run(sandbox, args, options = {}) {
      const authorities = join(sandbox.directory, 'authorities.pem');
      await writeFile(authorities, simulator.caCertificate);
      return await sandbox.run(args, {
        ...options,
        imports: [RESOLVER],
        env: {
          ...deployerOf(simulator),
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
          NODE_EXTRA_CA_CERTS: authorities,
          TEST_DNS_SERVER: simulator.dnsServer,
        },
      });
    },
  };
}
