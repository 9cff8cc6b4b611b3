import { resolve } from 'node:path';
import type { Services } from '../activities/services.ts';
import { cloudEndpoints } from '../azure/clouds.ts';
import { connectAzure } from '../azure/connect.ts';
import { clientSecretCredential, defaultCredential } from '../azure/credentials.ts';
import type { Azure } from '../azure/ports.ts';
import { createTransport } from '../azure/transport.ts';
import type { ParsedConfig } from '../domain/config/model.ts';
import type { RunEvent } from '../domain/events.ts';
import { createMasker } from '../domain/masking.ts';
import { systemClock } from '../shared/clock.ts';
import { openSource } from '../source/source-tree.ts';
import type { LocalStores } from './local-stores.ts';
import type { CommonOptions } from './options.ts';
import { createSecretSource } from './secret-source.ts';
import { startSimulatorProcess } from './simulator-process.ts';
import { productVersion } from './version.ts';

const APPROVAL_TIMEOUT_IN_SECONDS = 24 * 60 * 60;

/** Everything a local run needs, around the same functions that Azure runs. */
export interface LocalStack {
  readonly services: Services;
  /** For the user: what the simulator made up. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export async function openLocalStack(
  options: CommonOptions,
  parsed: ParsedConfig,
  stores: LocalStores,
  observe: (event: RunEvent) => void,
): Promise<LocalStack> {
  const secrets = createSecretSource(parsed, process.env, options.simulate);
  const masker = createMasker(secrets.known);
  const cloud = await connect(options, stores.workspace.simulatorDirectory, (secret) => masker.add(secret));
  const { holder, engine } = stores.workspace;
  return {
    services: {
      clock: systemClock,
      holder,
      engine,
      version: productVersion(),
      approvalTimeoutInSeconds: APPROVAL_TIMEOUT_IN_SECONDS,
      secrets,
      stores: () => stores,
      azure: async () => cloud.azure,
      source: async (directory) => (directory === null ? undefined : await openSource(resolve(directory))),
      mask: (text) => masker.mask(text),
      observe,
    },
    notes: secrets.madeUp.map((name) => `${name} is not set; the simulator gets a made-up value.`),
    close: cloud.close,
  };
}

interface Connection {
  readonly azure: Azure;
  close(): Promise<void>;
}

async function connect(
  options: CommonOptions,
  simulatorDirectory: string,
  keepSecret: (secret: string) => void,
): Promise<Connection> {
  const cloud = cloudEndpoints(options.simulate ? 'AzureCloud' : (process.env.AZURE_CLOUD ?? 'AzureCloud'));
  if (!options.simulate) {
    const transport = createTransport();
    const credential = await defaultCredential(cloud);
    return { azure: connectAzure({ cloud, credential, transport, keepSecret }), close: async () => undefined };
  }
  const simulator = await startSimulatorProcess({
    directory: simulatorDirectory,
    profile: options.simulatorProfile,
    speed: options.simulatorSpeed,
  });
  const { port, caCertificate } = simulator;
  const transport = createTransport({ connectTo: { port, caCertificate } });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  return {
    azure: connectAzure({ cloud, credential, transport, keepSecret }),
    close: () => simulator.stop(),
  };
}
