import type { QueueServiceClient } from '@azure/storage-queue';
import { type BlobVersion, functionId } from './blob-version.ts';

/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#poison-blobs */
const QUEUE = 'webjobs-blobtrigger-poison';

/** Puts the message of a blob that no try could handle on the queue, as the Functions host does: base64 of JSON. */
export async function sendToPoisonQueue(queues: QueueServiceClient, version: BlobVersion): Promise<void> {
  const queue = queues.getQueueClient(QUEUE);
  await queue.createIfNotExists();
  const message = {
    Type: 'BlobTrigger',
    FunctionId: functionId(version.functionName),
    BlobType: 'BlockBlob',
    ContainerName: version.container,
    BlobName: version.blob,
    ETag: version.etag,
  };
  await queue.sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'));
}
