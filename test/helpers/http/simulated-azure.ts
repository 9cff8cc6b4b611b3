import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { CliOptions, CliResult, Sandbox } from '../cli.ts';
import { type ConnectProxy, startConnectProxy } from './connect-proxy.ts';

/** The names of Azure that the simulator answers for. */
export const AZURE =
  /(^|\.)(azure\.com|microsoftonline\.com|azure\.net|azurecr\.io|blob\.core\.windows\.net|azurecontainerapps\.(io|dev))$/;

/** The environment of a process that deploys to it as to Azure. */
export function deployerOf(simulator: Simulator): Readonly<Record<string, string>> {
  return {
    AZURE_TENANT_ID: simulator.tenantId,
    AZURE_CLIENT_ID: simulator.clientId,
    AZURE_CLIENT_SECRET: simulator.clientSecret,
    GEMINI_API_KEY: 'simulated-value-of-a-key',
  };
}

export interface SimulatedAzure {
  readonly simulator: Simulator;
  /** Whom processes wanted to reach, whether they are Azure or not. */
  readonly asked: ConnectProxy['asked'];
  /** The command line, which finds this Azure and nothing else. */
  run(
    sandbox: Sandbox,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    options?: Pick<CliOptions, 'when'>,
  ): Promise<CliResult>;
}

/** A simulator of the test's own process, so that the test can make it refuse something, reached through a proxy. */
export async function simulatedAzure(): Promise<SimulatedAzure> {
  const simulator = await startSimulator({ profile: 'instant' });
  onTestFinished(() => simulator.close());
  const proxy = await startConnectProxy({ portOf: (host) => (AZURE.test(host) ? simulator.port : undefined) });
  return {
    simulator,
    asked: proxy.asked,
    async run(sandbox, args, env = {}, options = {}) {
      const authorities = join(sandbox.directory, 'authorities.pem');
      await writeFile(authorities, simulator.caCertificate);
      return await sandbox.run(args, {
        ...options,
        env: {
          ...deployerOf(simulator),
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
          NODE_EXTRA_CA_CERTS: authorities,
          ...env,
        },
      });
    },
  };
}
