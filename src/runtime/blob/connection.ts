import type { TokenCredential } from '@azure/core-auth';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { storageTransport } from '../../outbound/storage-transport.ts';
import { withTerms } from '../../outbound/terms.ts';
import { createTransport } from '../../outbound/transport.ts';
import { UserError } from '../../shared/errors.ts';
import { once } from '../../shared/once.ts';
import type { AppSettings } from '../app-settings.ts';

/** The blobs and queues of one storage account. */
export interface StorageConnection {
  readonly blobs: BlobServiceClient;
  /** Undefined when the connection names blobs alone. */
  readonly queues: QueueServiceClient | undefined;
}

const transport = once(createTransport);

/** Every scan is another try, so the clients retry little. A setting of the host names the address, and nothing goes elsewhere. */
const pipelineTo = (address: string) => ({
  retryOptions: { maxTries: 2, retryDelayInMs: 500 },
  httpClient: storageTransport(withTerms(transport(), { origins: [new URL(address).origin] })),
});

/**
 * Asked for the credential when a connection needs it.
 *
 * @param clientId of the identity that the connection names among those of the app
 */
export type CredentialSource = (clientId?: string) => TokenCredential | Promise<TokenCredential>;

/** The host's own account, and the connection of a trigger that names none. */
export const HOST_STORAGE = 'AzureWebJobsStorage';

/**
 * The account that a setting names: `<name>` is a connection string, or `<name>__blobServiceUri` (and `__queueServiceUri`, if
 * it is elsewhere) or `<name>__accountName` is used with the credential. The setting's own name may begin with AzureWebJobs.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#connections
 * @returns undefined when there is no such setting.
 * @throws UserError `storage_connection_invalid`, without any value.
 */
export async function findStorage(
  name: string,
  settings: AppSettings,
  credential: CredentialSource | undefined,
): Promise<StorageConnection | undefined> {
  for (const key of [name, `AzureWebJobs${name}`]) {
    const text = settings[key];
    if (text) return fromConnectionString(text, key);
    const account = settings[`${key}__accountName`];
    const blobUri = settings[`${key}__blobServiceUri`] ?? (account && `https://${account}.blob.core.windows.net`);
    if (!blobUri) continue;
    if (!credential) throw invalid(`The storage connection ${key} needs a credential, and there is none.`);
    const queueUri = settings[`${key}__queueServiceUri`] ?? blobUri.replace('.blob.', '.queue.');
    const token = await credential(settings[`${key}__clientId`]);
    return {
      blobs: new BlobServiceClient(blobUri, token, pipelineTo(blobUri)),
      queues: new QueueServiceClient(queueUri, token, pipelineTo(queueUri)),
    };
  }
  return undefined;
}

/** @throws UserError `storage_connection_invalid` also when there is no such setting. */
export async function requireStorage(
  name: string,
  settings: AppSettings,
  credential: CredentialSource | undefined,
): Promise<StorageConnection> {
  const found = await findStorage(name, settings, credential);
  if (found) return found;
  const hint = `Set ${name} to a connection string, or ${name}__blobServiceUri to an address.`;
  throw invalid(`The storage connection ${name} is not set.`, hint);
}

function fromConnectionString(text: string, key: string): StorageConnection {
  const hasQueues = /(^|;)\s*(QueueEndpoint|EndpointSuffix|UseDevelopmentStorage)=/i.test(text);
  // What is wrong with a proxy's setting is told as that, and not as the storage's.
  transport();
  try {
    return {
      blobs: BlobServiceClient.fromConnectionString(text, pipelineTo(BlobServiceClient.fromConnectionString(text).url)),
      queues: hasQueues
        ? QueueServiceClient.fromConnectionString(text, pipelineTo(QueueServiceClient.fromConnectionString(text).url))
        : undefined,
    };
  } catch {
    // The library's message may quote the text, which holds a key.
    throw invalid(`The setting ${key} is no storage connection string.`);
  }
}

function invalid(message: string, hint?: string): UserError {
  return new UserError(message, { code: 'storage_connection_invalid', hint });
}
