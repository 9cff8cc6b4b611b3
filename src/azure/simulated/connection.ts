import { findSimulatedAzure, type SimulatedAzure } from '../../outbound/simulated-azure.ts';
import { createTransport } from '../../outbound/transport.ts';
import { onceDone } from '../../shared/once.ts';
import type { ArmConnection } from '../arm.ts';
import { cloudEndpoints } from '../clouds.ts';
import type { connectAzure } from '../connect.ts';
import { clientSecretCredential } from '../credentials.ts';
import type { SimulatorSetting } from './setting.ts';

type SimulatedConnection = ArmConnection & Pick<Parameters<typeof connectAzure>[0], 'dns'>;

/** A connection whose requests keep Azure's names and go to the simulator, signed in as the deployer or as somebody else. */
export async function simulatedConnection(
  { port, caCertificate, dnsServer, ...deployer }: SimulatedAzure,
  client: SimulatorSetting['client'] = deployer,
): Promise<SimulatedConnection> {
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: { port, caCertificate } });
  const credential = await clientSecretCredential(client, cloud, transport);
  return { cloud, credential, transport, dns: { servers: [dnsServer] } };
}

/** Asks the simulator until it has answered once: it may be started after the app. */
export function simulatedConnections({ address, client }: SimulatorSetting): () => Promise<SimulatedConnection> {
  return onceDone(async () => await simulatedConnection(await findSimulatedAzure(address), client));
}
