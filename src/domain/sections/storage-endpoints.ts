import type { DesireInput } from '../desired.ts';

/** Where the services of an account answer, with a slash at the end; a Premium account has files only. */
export const STORAGE_ENDPOINTS = {
  blob: 'storageBlobEndpoint',
  queue: 'storageQueueEndpoint',
  file: 'storageFileEndpoint',
} as const;

type StorageService = keyof typeof STORAGE_ENDPOINTS;

/** `https://ACCOUNT.blob.core.windows.net/`, as Azure tells it. */
export function storageEndpoint({ outputs }: Pick<DesireInput, 'outputs'>, service: StorageService): string {
  return outputs.read(STORAGE_ENDPOINTS[service]);
}

/** The host that shares are mounted from. */
export function fileHost(input: Pick<DesireInput, 'outputs'>): string {
  return storageEndpoint(input, 'file')
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
}
