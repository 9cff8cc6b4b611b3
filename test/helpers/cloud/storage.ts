import type { JsonObject } from '../../../src/shared/json.ts';
import { registered } from './registered.ts';
import type { SimulatedClients } from './simulated-clients.ts';

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

/** A simulator in which the providers of storage and networks are registered. */
export function withStorage(options: Parameters<typeof registered>[1] = {}): Promise<SimulatedClients> {
  return registered(['Microsoft.Storage', 'Microsoft.Network'], options);
}
