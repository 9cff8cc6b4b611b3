import type { JsonObject } from '../../shared/json.ts';
import { skuOf } from '../arm/resource-body.ts';
import { issuedKey } from '../issued-key.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';

export const ACCOUNT = 'Microsoft.Storage/storageAccounts';
export const API_VERSIONS: readonly string[] = [
  '2025-06-01',
  '2025-01-01',
  '2024-01-01',
  '2023-05-01',
  '2023-01-01',
  '2022-09-01',
  '2021-09-01',
];

/** What an account can have in it, by its kind and sku. */
export type StorageService = 'blob' | 'queue' | 'table' | 'file';

const SERVICES: Readonly<Record<string, readonly StorageService[]>> = {
  FileStorage: ['file'],
  BlockBlobStorage: ['blob'],
  BlobStorage: ['blob'],
};

/**
 * Premium accounts are each for one service, general-purpose ones with premium disks for page blobs alone:
 * https://learn.microsoft.com/azure/storage/common/storage-account-overview#types-of-storage-accounts
 */
export function servicesOf(account: JsonObject): readonly StorageService[] {
  const special = SERVICES[String(account.kind)];
  if (special) return special;
  return isPremium(account) ? ['blob'] : ['blob', 'queue', 'table', 'file'];
}

/** On solid-state disks. */
export function isPremium(account: JsonObject): boolean {
  return skuOf(account).startsWith('Premium');
}

/** The account that something in it belongs to. */
export function accountAbove(world: World, id: string): StoredResource | undefined {
  return world.resource(id.replace(/\/(?:blob|queue|table|file)Services\/.*$/i, ''));
}

export const KEY_NAMES = ['key1', 'key2'] as const;

/** 512 bits each: https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage */
export function accountKeys(world: World, account: StoredResource): readonly { name: string; value: string }[] {
  return KEY_NAMES.map((name) => ({ name, value: issuedKey(world, account, name, 64) }));
}
