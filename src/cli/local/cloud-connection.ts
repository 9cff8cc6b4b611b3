import { cloudEndpoints } from '../../azure/clouds.ts';
import { connectAzure } from '../../azure/connect.ts';
import { defaultCredential, loadIdentity } from '../../azure/credentials.ts';
import type { Azure } from '../../azure/ports.ts';
import { simulatedConnection } from '../../azure/simulated/connection.ts';
import { createTransport } from '../../outbound/transport.ts';
import type { CommonOptions } from '../options.ts';
import { startSimulatorProcess } from '../simulator-process.ts';

/** The cloud that this process deploys to: Azure, or a simulator of its own. */
export interface CloudConnection {
  readonly azure: Azure;
  close(): Promise<void>;
}

type ConnectionOptions = Parameters<typeof connectAzure>[0];

/**
 * @param keepSecret told of every secret that is learnt, so that no text shows it
 * @param connectTo what may be asked of it
 */
export async function connectCloud(
  options: CommonOptions,
  simulatorDirectory: string,
  keepSecret: (secret: string) => void,
  connectTo: (connection: ConnectionOptions) => Azure = connectAzure,
): Promise<CloudConnection> {
  if (!options.simulate) {
    const cloud = cloudEndpoints(process.env.AZURE_CLOUD ?? 'AzureCloud');
    const transport = createTransport();
    const credential = await defaultCredential(cloud, transport);
    return { azure: connectTo({ cloud, credential, transport, keepSecret }), close: async () => undefined };
  }
  const [simulator] = await Promise.all([
    startSimulatorProcess({
      directory: simulatorDirectory,
      profile: options.simulatorProfile,
      speed: options.simulatorSpeed,
    }),
    loadIdentity(),
  ]);
  return {
    azure: connectTo({ ...(await simulatedConnection(simulator)), keepSecret }),
    close: () => simulator.stop(),
  };
}
