import { type SimulatedClients, simulatedClients } from './simulated-clients.ts';

/** A simulator in which further providers are registered. */
export async function registered(
  namespaces: readonly string[],
  options: Parameters<typeof simulatedClients>[0] = {},
): Promise<SimulatedClients> {
  const clients = await simulatedClients(options);
  for (const namespace of namespaces) {
    await clients.arm('POST', `/subscriptions/${clients.simulator.subscriptionId}/providers/${namespace}/register`);
  }
  options.clock?.advance(60);
  return clients;
}
