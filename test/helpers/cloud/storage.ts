import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from './simulated-clients.ts';

export const STORAGE = '2025-06-01';
export const NETWORK = 'providers/Microsoft.Network/virtualNetworks/vnet-demo';

/** An account for files alone, on the disks that NFS needs. */
export const PREMIUM_FILES: JsonObject = { kind: 'FileStorage', sku: { name: 'Premium_LRS' } };

export function accountPath(name: string): string {
  return `providers/Microsoft.Storage/storageAccounts/${name}`;
}

export function account(changes: JsonObject = {}): JsonObject {
  return { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' }, ...changes };
}

/** A simulator in which the provider of storage is registered. */
export async function withStorage(options: Parameters<typeof simulatedClients>[0] = {}): Promise<SimulatedClients> {
  const clients = await simulatedClients(options);
  await clients.arm('POST', `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Storage/register`);
  options.clock?.advance(60);
  return clients;
}
