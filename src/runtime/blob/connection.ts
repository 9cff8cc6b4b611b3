import type { TokenCredential } from '@azure/core-auth';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { UserError } from '../../shared/errors.ts';
import type { AppSettings } from '../app-settings.ts';

/** The blobs and queues of one storage account. */
export interface StorageConnection {
  readonly blobs: BlobServiceClient;
  readonly queues: QueueServiceClient;
}

/** The host's own account, and the connection of a trigger that names none. */
export const HOST_STORAGE = 'AzureWebJobsStorage';

/**
 * The account that a setting names: `<name>` is a connection string, or `<name>__blobServiceUri` (and `__queueServiceUri`, if
 * it is elsewhere) is used with the credential. A setting may begin with AzureWebJobs.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#connections
 * @throws UserError `storage_connection_missing`, without any value.
 */
export function storageConnection(
  name: string,
  settings: AppSettings,
  credential: TokenCredential | undefined,
): StorageConnection {
  for (const key of [name, `AzureWebJobs${name}`]) {
    const text = settings[key];
    if (text) return fromConnectionString(text, key);
    const blobUri = settings[`${key}__blobServiceUri`];
    if (!blobUri) continue;
    if (!credential) throw missing(`The setting ${key}__blobServiceUri needs a credential, and there is none.`);
    const queueUri = settings[`${key}__queueServiceUri`] ?? blobUri.replace('.blob.', '.queue.');
    return {
      blobs: new BlobServiceClient(blobUri, credential),
      queues: new QueueServiceClient(queueUri, credential),
    };
  }
  throw missing(
    `The storage connection ${name} is not set.`,
    `Set ${name} to a connection string, or ${name}__blobServiceUri.`,
  );
}

function fromConnectionString(text: string, key: string): StorageConnection {
  try {
    return {
      blobs: BlobServiceClient.fromConnectionString(text),
      queues: QueueServiceClient.fromConnectionString(text),
    };
  } catch {
    // The library's message may quote the text, which holds a key.
    throw missing(`The setting ${key} is no storage connection string.`);
  }
}

function missing(message: string, hint?: string): UserError {
  return new UserError(message, { code: 'storage_connection_missing', hint });
}
